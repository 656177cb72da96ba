-- Queries of refunds.py: credits that a person has given back, and what became of each part.

-- name: lock
-- The balance, alone with its money until the transaction ends.
SELECT id FROM balances WHERE practice_id = $1 AND balance_id = $2 FOR NO KEY UPDATE

-- name: on_their_way
-- What was asked for and is in no book yet.
SELECT coalesce(sum(p.cents), 0)::bigint
FROM refunds r
JOIN refund_parts p ON p.refund = r.id
WHERE r.balance = $1 AND p.state <> 'refused' AND r.id <> $2
    AND NOT EXISTS (SELECT FROM facts f WHERE f.practice_id = r.practice_id AND f.fact_id = p.reversal_fact_id)

-- name: payments
-- Each payment with what is left of it, refunds on their way set aside; the oldest first. What came back of a card
-- payment (a refund that failed, a dispute that was won) carries the payment's reference.
WITH money AS (
    SELECT f.* FROM fact_deliveries d JOIN facts f ON f.id = d.fact
    WHERE d.balance = $1 AND f.kind IN ('payment_recorded', 'payment_reversed')),
paid AS (
    SELECT m.fact_id, m.at, m.id, m.amount_cents,
        CASE WHEN m.fact_id LIKE 'stripe.%' THEN coalesce(m.body ->> 'vendor_reference', '') ELSE '' END AS reference
    FROM money m
    WHERE m.kind = 'payment_recorded'
        AND (m.fact_id NOT LIKE 'stripe.%' OR starts_with(m.fact_id, 'stripe.' || (m.body ->> 'vendor_reference'))))
SELECT p.fact_id AS payment_fact_id, p.reference, p.amount_cents
    + CASE WHEN p.reference = '' THEN 0 ELSE coalesce((
        SELECT sum(m.amount_cents) FROM money m
        WHERE m.kind = 'payment_recorded' AND m.body ->> 'vendor_reference' = p.reference AND m.fact_id <> p.fact_id
            AND NOT starts_with(m.fact_id, 'stripe.' || p.reference)), 0) END
    - coalesce((
        SELECT sum(m.amount_cents) FROM money m
        WHERE m.kind = 'payment_reversed' AND m.body ->> 'payment_fact_id' = p.fact_id), 0)
    - coalesce((
        SELECT sum(part.cents) FROM refund_parts part JOIN refunds r ON r.id = part.refund
        WHERE r.balance = $1 AND part.payment_fact_id = p.fact_id AND part.state <> 'refused'
            AND NOT EXISTS (SELECT FROM money m WHERE m.fact_id = part.reversal_fact_id)), 0) AS left_cents
FROM paid p
ORDER BY p.at, p.id

-- name: of
-- The refunds of a balance, the latest first, with their parts; one of them where it is named.
SELECT b.practice_id, b.balance_id, r.refund_id, r.cents, r.credit_cents, r.credit_since, r.how, r.role, r.who, r.because,
    r.note, r.in_practice_ledger, r.asked_at,
    (SELECT json_agg(json_build_object(
        'place', p.place, 'payment_fact_id', p.payment_fact_id, 'reference', p.reference, 'cents', p.cents,
        'state', CASE WHEN EXISTS (
            SELECT FROM facts f WHERE f.practice_id = r.practice_id AND f.fact_id = p.reversal_fact_id || '.failed')
            THEN 'failed' ELSE p.state END,
        'reversal_fact_id', coalesce(p.reversal_fact_id, ''), 'because', coalesce(p.because, '')) ORDER BY p.place)
     FROM refund_parts p WHERE p.refund = r.id) AS parts
FROM refunds r
JOIN balances b ON b.id = r.balance
WHERE r.practice_id = $1 AND ($2::text IS NULL OR b.balance_id = $2) AND ($3::text IS NULL OR r.refund_id = $3)
ORDER BY r.id DESC

-- name: insert
-- A person's word, before any money moves.
INSERT INTO refunds (balance, asked_at, credit_since, cents, credit_cents, attempt, in_practice_ledger, practice_id,
    refund_id, how, role, who, because, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
RETURNING id

-- name: insert_part
-- What of it goes back of one payment.
INSERT INTO refund_parts (refund, cents, place, payment_fact_id, reference, state) VALUES ($1, $2, $3, $4, $5, 'asked')

-- name: doubtful
-- Refunds with parts of which nothing is known, and which nobody is asking for at this moment.
SELECT DISTINCT r.practice_id, r.refund_id
FROM refunds r
JOIN refund_parts p ON p.refund = r.id
WHERE p.state = 'asked' AND coalesce(p.tried_at, r.asked_at) <= $1
ORDER BY 1, 2

-- name: tried
-- The processor is being asked.
UPDATE refund_parts SET tried_at = $4
WHERE place = $3 AND refund = (SELECT id FROM refunds WHERE practice_id = $1 AND refund_id = $2)

-- name: made
-- It left.
UPDATE refund_parts SET state = 'made', reversal_fact_id = $4
WHERE place = $3 AND state = 'asked' AND refund = (SELECT id FROM refunds WHERE practice_id = $1 AND refund_id = $2)

-- name: refused
-- It will not leave.
UPDATE refund_parts SET state = 'refused', because = $4
WHERE place = $3 AND state = 'asked' AND refund = (SELECT id FROM refunds WHERE practice_id = $1 AND refund_id = $2)

-- name: row
-- A refund's row and its balance.
SELECT id, balance FROM refunds WHERE practice_id = $1 AND refund_id = $2

-- name: tasks
-- Open questions about the credit of a balance.
SELECT t.practice_id || ':' || t.task_id AS id
FROM tasks t
JOIN balances b ON b.id = t.balance
WHERE b.practice_id = $1 AND b.balance_id = $2 AND t.kind IN ('credit', 'credit_due') AND t.status <> 'resolved'
ORDER BY t.id
