-- Queries of histories.py: balances as their facts tell them.

-- name: balances
-- Open balances of a practice, or all that were posted since a moment, the oldest first.
SELECT b.id
FROM balances b LEFT JOIN cases c ON c.balance = b.id
WHERE b.practice_id = $1
    AND CASE WHEN $2::timestamptz IS NULL THEN c.stage IS DISTINCT FROM 'closed' ELSE EXISTS (
        SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = b.id AND f.kind = 'balance_posted' AND f.at >= $2) END
ORDER BY b.id

-- name: facts
-- What came from outside about these balances, in the order of its happening.
SELECT d.balance, b.balance_id AS to_balance, f.at, f.amount_cents, f.practice_id, f.fact_id, f.kind, f.source,
    f.balance_id, f.guarantor_id, f.body
FROM fact_deliveries d JOIN facts f ON f.id = d.fact JOIN balances b ON b.id = d.balance
WHERE d.balance = ANY ($1::bigint[]) AND f.kind NOT IN ('policy_changed', 'time_passed')
ORDER BY d.balance, f.at, f.id

-- name: own_steps
-- What the agent has done for these balances: messages that providers took, and questions to people.
SELECT t.balance, b.practice_id, b.balance_id, t.resolved_at AS at, t.touch_id, t.message AS kind, t.channel, t.agent,
    t.reply_fact_id, NULL AS task_id
FROM touches t JOIN balances b ON b.id = t.balance
WHERE t.balance = ANY ($1::bigint[]) AND t.status = 'accepted'
UNION ALL
SELECT k.balance, b.practice_id, b.balance_id, k.opened_at, NULL, k.kind, NULL, NULL, NULL, k.task_id
FROM tasks k JOIN balances b ON b.id = k.balance
WHERE k.balance = ANY ($1::bigint[])
