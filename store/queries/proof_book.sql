-- Queries of proof_book.py: differences that were found, and the passes that found them.

-- name: oldest_standing
-- When the money moved of the oldest difference that nobody has explained.
SELECT min(d.about_at)
FROM differences d
JOIN tasks t ON t.practice_id = d.practice_id AND t.task_id = d.task_id
WHERE d.practice_id = $1 AND d.gone_at IS NULL AND t.status <> 'resolved'

-- name: look
-- A difference that was found before.
SELECT id, times, gone_at FROM differences
WHERE practice_id = $1 AND kind = $2 AND balance_id = $3 AND reference = $4 AND cents = $5

-- name: insert
-- A difference nobody has seen before.
INSERT INTO differences (practice_id, kind, balance_id, reference, cents, sentence, about_at, found_at, seen_at, task_id,
    times)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 1)
RETURNING id

-- name: again
-- It is back after having been gone.
UPDATE differences
SET times = times + 1, gone_at = NULL, found_at = $2, seen_at = $2, task_id = $3, sentence = $4
WHERE id = $1

-- name: seen
-- It still stands.
UPDATE differences SET seen_at = $2, sentence = $3 WHERE id = $1

-- name: gone
-- Looked for and not found any more. What lies before the window was not looked for.
UPDATE differences SET gone_at = $3
WHERE practice_id = $1 AND gone_at IS NULL AND id <> ALL ($2::bigint[]) AND (about_at IS NULL OR about_at >= $4)
RETURNING task_id

-- name: standing
-- What stands, the worst first, and whether a person has explained it.
SELECT d.practice_id, d.kind, d.balance_id, d.reference, d.cents, d.sentence, d.about_at AS at, d.found_at, d.task_id,
    t.status = 'resolved' AS explained
FROM differences d
JOIN tasks t ON t.practice_id = d.practice_id AND t.task_id = d.task_id
WHERE d.practice_id = $1 AND d.gone_at IS NULL
ORDER BY t.status = 'resolved', abs(d.cents) DESC, d.id
LIMIT $2

-- name: counts
-- How many stand, unexplained and explained.
SELECT count(*) FILTER (WHERE t.status <> 'resolved') AS unexplained,
    count(*) FILTER (WHERE t.status = 'resolved') AS explained
FROM differences d
JOIN tasks t ON t.practice_id = d.practice_id AND t.task_id = d.task_id
WHERE d.practice_id = $1 AND d.gone_at IS NULL

-- name: passed
-- A pass and what it came to.
INSERT INTO proofs (practice_id, at, since, opened, gone, unexplained, explained, processor_cents, paid_cents,
    taken_back_cents, posted_cents)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: lock
-- One pass of a practice at a time.
SELECT pg_advisory_xact_lock(hashtextextended('proof:' || $1::text, 0))
