-- Queries of debits.py: bank debits that were presented and that came back.

-- name: counts
-- Debits of a practice since a moment, and the code of each that came back, before it had settled or after.
SELECT count(*) FILTER (WHERE f.kind <> 'payment_reversed') AS presented,
    coalesce(array_agg(f.body ->> 'return_code') FILTER (WHERE f.body ->> 'return_code' IS NOT NULL), '{}') AS codes
FROM facts f
WHERE f.practice_id = $1 AND f.at > $2 AND f.at <= $3 AND (
    f.kind = 'payment_recorded' AND (f.body ->> 'debit')::boolean
    OR f.kind IN ('payment_reversed', 'staff_note') AND f.body ->> 'return_code' IS NOT NULL)

-- name: open
-- Open tasks about a limit, the oldest first.
SELECT task_id FROM tasks
WHERE practice_id = $1 AND kind = 'debit_ratio' AND status <> 'resolved' AND starts_with(task_id, $2)
ORDER BY id

-- name: cards_only
-- Whether nobody has dealt with a crossed limit yet.
SELECT EXISTS (SELECT FROM tasks WHERE practice_id = $1 AND kind = 'debit_ratio' AND status <> 'resolved')
