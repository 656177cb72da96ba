-- Queries of joint_movements.py: what we recorded of a movement that is several balances'.

-- name: recorded
-- What we recorded under these names, as the processor signs it; in the order of the parts.
SELECT f.fact_id, f.balance_id, CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END AS cents
FROM facts f
WHERE f.practice_id = $1 AND f.fact_id = ANY ($2::text[]) AND f.kind IN ('payment_recorded', 'payment_reversed')
ORDER BY length(f.fact_id), f.fact_id
