-- Queries of notice_book.py: tasks that no case waits for.

-- name: open
-- Ask once: the same notice again changes nothing. A balance that is not known leaves it with the practice.
INSERT INTO tasks (balance, opened_at, due_at, expected_cents, priority, call, practice_id, task_id, kind, status, summary,
    suggestion, do_not_say)
VALUES ((SELECT id FROM balances WHERE practice_id = $1 AND balance_id = $2),
    $4, $5, $6, $7, false, $1, $3, $8, 'open', $9, $10, '{}')
ON CONFLICT DO NOTHING
RETURNING id

-- name: settled
-- What the task was about is over: it is noted, and finished unless a person has taken it up.
UPDATE tasks
SET note = concat_ws(E'\n', note, $3::text),
    status = CASE status WHEN 'open' THEN 'resolved' ELSE status END,
    outcome = CASE status WHEN 'open' THEN 'done' ELSE outcome END,
    resolved_by = CASE status WHEN 'open' THEN 'agent' ELSE resolved_by END,
    resolved_at = CASE status WHEN 'open' THEN $4 ELSE resolved_at END
WHERE practice_id = $1 AND task_id = $2 AND status <> 'resolved'
