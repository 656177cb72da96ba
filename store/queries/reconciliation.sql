-- Queries of reconciliation.py: what the processor, our records and the practice's ledger say of the same money.

-- name: processor_money
-- Of a page of the processor's movements, those that our records do not have, or have otherwise.
SELECT v.fact_id, v.balance_id, v.cents AS theirs_cents, f.balance_id AS ours_for, v.at,
    CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END AS ours_cents
FROM unnest($2::text[], $3::text[], $4::integer[], $5::timestamptz[]) AS v (fact_id, balance_id, cents, at)
LEFT JOIN facts f ON f.practice_id = $1 AND f.fact_id = v.fact_id AND f.kind IN ('payment_recorded', 'payment_reversed')
WHERE CASE
    WHEN f.id IS NULL THEN v.balance_id <> '' AND v.at < $6
    ELSE v.cents <> CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END
        OR v.balance_id NOT IN ('', f.balance_id)
END
ORDER BY v.fact_id

-- name: our_money
-- Our records of the processor's money in a window that the processor did not name.
SELECT f.balance_id, f.fact_id, f.at,
    CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END AS ours_cents
FROM facts f
WHERE f.practice_id = $1 AND f.fact_id LIKE $2 || '%' AND f.kind IN ('payment_recorded', 'payment_reversed')
    AND f.at >= $3 AND f.at < $4
    AND NOT EXISTS (SELECT FROM unnest($5::text[]) AS named (fact_id) WHERE named.fact_id = f.fact_id)
ORDER BY f.fact_id

-- name: unposted
-- Money that had time to reach the practice's ledger and is not seen there, or stands otherwise.
SELECT f.balance_id, f.fact_id, p.state, f.at,
    CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END AS ours_cents,
    p.amount_cents AS theirs_cents
FROM facts f
LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id
WHERE f.practice_id = $1 AND f.kind IN ('payment_recorded', 'payment_reversed') AND f.received_at < $2
    AND coalesce((f.body ->> 'in_practice_ledger')::boolean, false) IS FALSE
    AND (p.id IS NULL OR p.state <> 'confirmed'
         OR p.amount_cents <> CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END)
ORDER BY f.fact_id

-- name: postings_without_money
-- Postings to a ledger that no payment or reversal of ours stands behind.
SELECT b.balance_id, p.external_id, p.amount_cents AS theirs_cents
FROM postings p
JOIN balances b ON b.id = p.balance
LEFT JOIN facts f ON f.practice_id = p.practice_id AND f.fact_id = p.external_id
    AND f.kind IN ('payment_recorded', 'payment_reversed')
WHERE p.practice_id = $1 AND f.id IS NULL
ORDER BY p.external_id

-- name: ledger_entries
-- Postings of ours, seen in the ledger once, that it does not show now, shows otherwise, or shows more than once.
WITH theirs AS (
    SELECT external_id, sum(cents)::bigint AS cents, count(*) AS times
    FROM unnest($2::text[], $3::integer[]) AS entry (external_id, cents)
    GROUP BY external_id)
SELECT b.balance_id, p.external_id, p.amount_cents AS ours_cents, t.cents AS theirs_cents, t.times, p.confirmed_at AS at
FROM postings p
JOIN balances b ON b.id = p.balance
LEFT JOIN theirs t USING (external_id)
WHERE p.practice_id = $1 AND p.state = 'confirmed'
    AND CASE WHEN t.times IS NULL THEN p.confirmed_at >= $4 ELSE t.times <> 1 OR t.cents <> p.amount_cents END
ORDER BY p.external_id

-- name: ledger_balances
-- Balances the practice's ledger shows otherwise than our records, postings under way set aside.
SELECT b.balance_id, r.cents AS theirs_cents, money.responsibility_cents - money.paid_cents + ahead.cents AS ours_cents
FROM unnest($2::text[], $3::integer[], $4::timestamptz[]) AS r (balance_id, cents, read_at)
JOIN balances b ON b.practice_id = $1 AND b.balance_id = r.balance_id
CROSS JOIN LATERAL money_of(b.id) AS money
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END), 0)::bigint AS cents
    FROM fact_deliveries d
    JOIN facts f ON f.id = d.fact
    LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id AND p.state = 'confirmed'
    WHERE d.balance = b.id AND f.kind IN ('payment_recorded', 'payment_reversed')
        AND coalesce((f.body ->> 'in_practice_ledger')::boolean, false) IS FALSE
        AND (p.confirmed_at IS NULL OR p.confirmed_at > r.read_at)
) AS ahead
WHERE r.cents <> money.responsibility_cents - money.paid_cents + ahead.cents
ORDER BY b.balance_id

-- name: totals
-- What a practice's patients paid, what was taken back, and what of it stands in the practice's ledger.
SELECT
    coalesce(sum(f.amount_cents) FILTER (WHERE f.kind = 'payment_recorded'), 0)::bigint AS paid_cents,
    coalesce(sum(f.amount_cents) FILTER (WHERE f.kind = 'payment_reversed'), 0)::bigint AS taken_back_cents,
    coalesce(sum(p.amount_cents) FILTER (WHERE p.state = 'confirmed'), 0)::bigint AS posted_cents
FROM facts f
LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id
WHERE f.practice_id = $1 AND f.kind IN ('payment_recorded', 'payment_reversed')
