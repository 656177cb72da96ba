-- Queries of evidence.py: what goes with a question about a payment; no text of a patient and no kind of visit.

-- name: asked
-- The question, with the latest bank's question of its balance before the task was opened.
SELECT t.task_id, t.kind, t.opened_at, t.due_at, t.practice_id, b.balance_id, d.body AS dispute
FROM tasks t
JOIN balances b ON b.id = t.balance
LEFT JOIN LATERAL (
    SELECT f.body
    FROM fact_deliveries h
    JOIN facts f ON f.id = h.fact
    WHERE h.balance = b.id AND f.kind = 'dispute_raised' AND f.body ->> 'about' IN ('chargeback', 'inquiry')
        AND t.kind IN ('chargeback', 'inquiry')
    ORDER BY f.at DESC, f.id DESC
    LIMIT 1) AS d ON true
WHERE t.practice_id = $1 AND t.task_id = $2

-- name: said
-- Messages that left, whose proofs are whole.
SELECT t.resolved_at AS at, t.message, t.channel, t.provider_id, t.text_hash AS text_sha256,
    coalesce(t.proof ->> 'local_time', '') AS local_time, coalesce(t.proof ->> 'consent', '') AS consent
FROM balances b
JOIN touches t ON t.balance = b.id
WHERE b.practice_id = $1 AND b.balance_id = $2 AND t.status = 'accepted'
ORDER BY t.resolved_at, t.id

-- name: wrote_back
-- When the patient wrote.
SELECT f.at
FROM balances b
JOIN fact_deliveries h ON h.balance = b.id
JOIN facts f ON f.id = h.fact
WHERE b.practice_id = $1 AND b.balance_id = $2 AND f.kind = 'reply_received'
ORDER BY f.at, f.id

-- name: agreed
-- Terms as they came into force.
SELECT l.at, l.plan_id, l.revision, l.agreed_by, l.approved_by, l.payments
FROM balances b
JOIN plan_log l ON l.balance = b.id
WHERE b.practice_id = $1 AND b.balance_id = $2
ORDER BY l.at, l.id

-- name: money
-- Every fact that moved the balance, with how far it has got into the practice's ledger.
SELECT f.at, f.kind, f.amount_cents, f.fact_id, f.body, p.state AS posting
FROM balances b
JOIN fact_deliveries h ON h.balance = b.id
JOIN facts f ON f.id = h.fact
LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id
WHERE b.practice_id = $1 AND b.balance_id = $2 AND f.amount_cents IS NOT NULL
ORDER BY f.at, f.id
