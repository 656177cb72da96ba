-- Queries of plan_log.py: every decision about a plan, as the coordinator reads them once a week.

-- name: record
-- Terms that came into force, once.
INSERT INTO plan_log (balance, at, revision, beyond_down, total_cents, sampled, practice_id, plan_id, agreed_by,
    approved_by, change, policy_version, payments, because)
SELECT b.id, $3, $4, $5, $6, $7, $1, $8, $9, $10, $11, $12, $13, $14
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT (practice_id, plan_id, revision) DO NOTHING

-- name: one_at_a_time
-- Plans of one practice that the yearly line may stop are counted and written by one transaction at a time.
SELECT pg_advisory_xact_lock(hashtextextended('above_four:' || $1::text, 0))

-- name: recorded
-- Whether these terms are in the log.
SELECT EXISTS (SELECT FROM plan_log WHERE practice_id = $1 AND plan_id = $2 AND revision = $3)

-- name: decided
-- A decision that brought no terms into force, once.
INSERT INTO plan_decisions (balance, at, sampled, practice_id, name, decision, asked_by, approved_by, reason,
    policy_version, payments, because)
SELECT b.id, $3, $4, $1, $5, $6, $7, $8, $9, $10, $11, $12
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT (practice_id, name) DO NOTHING

-- name: aside
-- A decision that brought no terms into force.
SELECT id FROM plan_decisions WHERE practice_id = $1 AND name = $2

-- name: above
-- Plans that came to more than so many installments in a stretch of time, at once or by new terms.
SELECT count(*)
FROM (SELECT min(at) AS at FROM plan_log WHERE practice_id = $1 AND beyond_down > $2 GROUP BY plan_id) AS above
WHERE above.at >= $3 AND above.at < $4

-- name: list
-- The log, the newest first, with what a person answered who was asked; only what is picked for reading and not read yet, when asked for that.
SELECT l.*, b.balance_id
FROM (
    SELECT balance, id, 0 AS kind, 'in_force' AS decision, practice_id, plan_id AS name, plan_id, revision, at, total_cents,
        sampled, agreed_by, approved_by, change, policy_version, payments, because, read_at, read_by, undone_at,
        NULL AS outcome
    FROM plan_log
    UNION ALL
    SELECT d.balance, d.id, 1, decision, d.practice_id, name,
        CASE WHEN decision IN ('cancelled', 'autopay_stopped')
            THEN regexp_replace(name, '\.(ended|autopay_stopped\..*)$', '') ELSE '' END, 0, at, payments_sum(payments),
        sampled, asked_by, approved_by, reason, policy_version, payments, because,
        coalesce(read_at, t.resolved_at), coalesce(read_by, t.resolved_by), NULL, t.outcome
    FROM plan_decisions d
    LEFT JOIN tasks t ON d.decision = 'handed' AND t.practice_id = d.practice_id AND t.task_id = d.name) AS l
JOIN balances b ON b.id = l.balance
WHERE ($1::text IS NULL OR l.practice_id = $1) AND (NOT $2 OR (l.sampled AND l.read_at IS NULL AND l.undone_at IS NULL))
ORDER BY l.at DESC, l.kind DESC, l.id DESC
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
-- Somebody has read every line of a plan, or one decision.
WITH plans AS (
    UPDATE plan_log SET read_at = coalesce(read_at, $3), read_by = coalesce(read_by, $4)
    WHERE practice_id = $1 AND plan_id = $2 AND undone_at IS NULL
    RETURNING id
), decisions AS (
    UPDATE plan_decisions SET read_at = coalesce(read_at, $3), read_by = coalesce(read_by, $4)
    WHERE practice_id = $1 AND name = $2
    RETURNING id
)
SELECT (SELECT count(*) FROM plans) + (SELECT count(*) FROM decisions)

-- name: undone
-- A plan was taken back in the review.
UPDATE plan_log SET undone_at = $2, read_at = coalesce(read_at, $2), read_by = coalesce(read_by, $3) WHERE id = $1
