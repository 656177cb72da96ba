-- Queries of task_book.py: questions to people and their answers.

-- name: open
-- Ask once: the same task again changes nothing.
INSERT INTO tasks (balance, opened_at, due_at, expected_cents, priority, call, practice_id, task_id, kind, status, summary,
    suggestion, do_not_say, reply_fact_id)
SELECT b.id, $4, $5, $6, $7, $8, $1, $3, $9, 'open', $10, $11, $12, $13
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT DO NOTHING
RETURNING id

-- name: known
-- Whether this balance was ever posted.
SELECT EXISTS (SELECT FROM balances WHERE practice_id = $1 AND balance_id = $2)

-- name: list
-- Tasks in the order in which they are best done; null asks for every practice, status or balance.
SELECT t.*, b.balance_id, coalesce(f.body ->> 'text', '') AS reply_text, d.body -> 'guarantor' AS described,
    CASE WHEN t.kind IN ('credit', 'credit_due') AND t.status <> 'resolved'
        THEN (SELECT m.paid_cents - m.responsibility_cents FROM money_of(t.balance) m) END AS credit_now,
    (SELECT json_object_agg(s.value, s.status) FROM suppressions s WHERE s.channel = 'sms' AND s.value IN (
        SELECT lower(regexp_replace(p, '^.* ', '')) FROM json_array_elements_text(d.body -> 'guarantor' -> 'points') p)
    ) AS learned,
    (SELECT coalesce(q.body -> 'only_at', '[]') FROM facts q
     WHERE q.practice_id = g.practice_id AND q.guarantor_id = g.guarantor_id AND q.kind = 'confidential_requested'
     ORDER BY q.at DESC, q.fact_id COLLATE "C" DESC LIMIT 1) AS only_at
FROM tasks t
LEFT JOIN balances b ON b.id = t.balance
LEFT JOIN guarantors g ON g.id = b.guarantor
LEFT JOIN facts d ON d.id = g.described_by
LEFT JOIN facts f ON f.practice_id = t.practice_id AND f.fact_id = t.reply_fact_id
WHERE ($1::text IS NULL OR t.practice_id = $1) AND ($2::text IS NULL OR t.status = $2)
    AND ($4::text IS NULL OR b.balance_id = $4)
ORDER BY t.priority DESC, t.id
LIMIT $3

-- name: look
-- One task, kept from others until this transaction ends.
SELECT t.*, b.balance_id, coalesce(f.body ->> 'text', '') AS reply_text, d.body -> 'guarantor' AS described,
    CASE WHEN t.kind IN ('credit', 'credit_due') AND t.status <> 'resolved'
        THEN (SELECT m.paid_cents - m.responsibility_cents FROM money_of(t.balance) m) END AS credit_now,
    (SELECT json_object_agg(s.value, s.status) FROM suppressions s WHERE s.channel = 'sms' AND s.value IN (
        SELECT lower(regexp_replace(p, '^.* ', '')) FROM json_array_elements_text(d.body -> 'guarantor' -> 'points') p)
    ) AS learned,
    (SELECT coalesce(q.body -> 'only_at', '[]') FROM facts q
     WHERE q.practice_id = g.practice_id AND q.guarantor_id = g.guarantor_id AND q.kind = 'confidential_requested'
     ORDER BY q.at DESC, q.fact_id COLLATE "C" DESC LIMIT 1) AS only_at
FROM tasks t
LEFT JOIN balances b ON b.id = t.balance
LEFT JOIN guarantors g ON g.id = b.guarantor
LEFT JOIN facts d ON d.id = g.described_by
LEFT JOIN facts f ON f.practice_id = t.practice_id AND f.fact_id = t.reply_fact_id
WHERE t.practice_id = $1 AND t.task_id = $2
FOR UPDATE OF t

-- name: stated
-- The reply a task is about, and the record of whoever wrote it.
SELECT f.fact_id, f.at, f.body ->> 'text' AS text, f.body ->> 'channel' AS channel, g.guarantor_id,
    d.body -> 'guarantor' AS described
FROM tasks t
JOIN balances b ON b.id = t.balance
JOIN guarantors g ON g.id = b.guarantor
JOIN facts d ON d.id = g.described_by
JOIN facts f ON f.practice_id = t.practice_id AND f.fact_id = t.reply_fact_id
WHERE t.practice_id = $1 AND t.task_id = $2

-- name: claim
-- A person has begun with it.
UPDATE tasks SET status = 'claimed', claimed_by = $3, claimed_at = $4 WHERE practice_id = $1 AND task_id = $2

-- name: resolve
-- A person has answered.
UPDATE tasks
SET status = 'resolved', outcome = $3, resolved_by = $4, resolved_at = $5, will_pay_by = $6, resume_on = $7, note = $8,
    terms = $9
WHERE practice_id = $1 AND task_id = $2
