-- Queries of charge_book.py: every try at charging a card, from before it is made to its outcome.

-- name: in_doubt
-- A try that was begun and whose outcome is not known.
SELECT c.installment, c.attempt, c.amount_cents, c.card, c.statement_name, c.try_key, b.balance_id
FROM charges c
JOIN balances b ON b.id = c.balance
WHERE c.practice_id = $1 AND c.plan_id = $2 AND c.state = 'begun'

-- name: one_at_a_time
-- One card is counted and tried by one transaction at a time, as the database's own count is.
SELECT pg_advisory_xact_lock(hashtextextended('card:' || $1::text, 0))

-- name: refusals
-- How often one card was refused since a moment, over all plans.
SELECT count(*) FROM charges WHERE payment_method = $1 AND state = 'declined' AND settled_at > $2

-- name: under_way
-- How many other tries of one card have no outcome yet, over all plans: each may be refused as well.
SELECT count(*) FROM charges WHERE payment_method = $1 AND state = 'begun' AND (practice_id, try_key) <> ($2, $3)

-- name: earlier_came_back
-- An earlier try of this payment that was under way has come back, else there would be no further one.
UPDATE charges SET state = 'declined'
WHERE practice_id = $1 AND plan_id = $2 AND installment = $3 AND attempt < $4 AND state = 'pending'

-- name: begin
-- Write a try down as begun.
INSERT INTO charges (balance, begun_at, amount_cents, installment, attempt, practice_id, plan_id, state, payment_method,
    statement_name, try_key, card)
SELECT b.id, $3, $4, $5, $6, $1, $7, 'begun', $8, $9, $10, $11
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT (practice_id, plan_id, installment, attempt) DO NOTHING
RETURNING id

-- name: known
-- Whether this try was begun before.
SELECT EXISTS (SELECT FROM charges WHERE practice_id = $1 AND try_key = $2)

-- name: settled
-- What became of a try.
UPDATE charges SET state = $3, settled_at = $4 WHERE practice_id = $1 AND try_key = $2

-- name: never_left
-- It is certain that nothing was charged.
DELETE FROM charges WHERE practice_id = $1 AND try_key = $2 AND state = 'begun'

-- name: heard_here
-- The case that made the charge folds its outcome itself; a relay brings it only when that case has died meanwhile.
UPDATE fact_deliveries d
SET due_at = clock_timestamp() + make_interval(secs => $3)
FROM facts f
WHERE d.fact = f.id AND f.practice_id = $1 AND f.fact_id = ANY ($2::text[]) AND d.due_at IS NOT NULL AND d.heard_at IS NULL
