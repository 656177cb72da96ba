-- Queries of plan_log.py: every plan that came into force, as the coordinator reads them once a week.

-- name: record
-- Terms that came into force, once.
INSERT INTO plan_log (balance, at, revision, beyond_down, total_cents, sampled, practice_id, plan_id, agreed_by,
    approved_by, change, policy_version, payments, because)
SELECT b.id, $3, $4, $5, $6, $7, $1, $8, $9, $10, $11, $12, $13, $14
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT (practice_id, plan_id, revision) DO NOTHING

-- name: above
-- Plans that came to more than so many installments in a stretch of time, at once or by new terms.
SELECT count(*)
FROM (SELECT min(at) AS at FROM plan_log WHERE practice_id = $1 AND beyond_down > $2 GROUP BY plan_id) AS above
WHERE above.at >= $3 AND above.at < $4

-- name: list
-- The log, the newest first; only what is picked for reading and not read yet, when asked for that.
SELECT l.practice_id, b.balance_id, l.plan_id, l.revision, l.at, l.beyond_down, l.total_cents, l.sampled, l.agreed_by,
    l.approved_by, l.change, l.policy_version, l.payments, l.because, l.read_at, l.read_by, l.undone_at
FROM plan_log l
JOIN balances b ON b.id = l.balance
WHERE ($1::text IS NULL OR l.practice_id = $1) AND (NOT $2 OR (l.sampled AND l.read_at IS NULL AND l.undone_at IS NULL))
ORDER BY l.id DESC
LIMIT $3

-- name: latest
-- The terms of a plan in force, kept from others until this transaction ends.
SELECT l.id, l.at, l.undone_at, b.balance_id
FROM plan_log l
JOIN balances b ON b.id = l.balance
WHERE l.practice_id = $1 AND l.plan_id = $2
ORDER BY l.revision DESC
LIMIT 1
FOR UPDATE OF l

-- name: read
-- Somebody has read every line of a plan.
UPDATE plan_log SET read_at = coalesce(read_at, $3), read_by = coalesce(read_by, $4)
WHERE practice_id = $1 AND plan_id = $2 AND undone_at IS NULL
RETURNING id

-- name: undone
-- A plan was taken back in the review.
UPDATE plan_log SET undone_at = $2, read_at = coalesce(read_at, $2), read_by = coalesce(read_by, $3) WHERE id = $1
