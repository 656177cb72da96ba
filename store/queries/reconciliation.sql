-- Queries of reconciliation.py: the nightly proof that vendor money, our records and the practice's ledger agree.

-- name: vendor_money
-- Payments the vendor reports that our records do not have, or have with another amount or balance.
SELECT v.practice_id, v.balance_id, v.reference, v.amount_cents AS theirs_cents, f.amount_cents AS ours_cents,
    f.balance_id AS ours_for
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS v (reference, practice_id, balance_id, amount_cents)
LEFT JOIN facts f ON f.practice_id = v.practice_id AND f.fact_id = $5 || v.reference AND f.kind = 'payment_recorded'
WHERE f.id IS NULL OR f.amount_cents <> v.amount_cents OR f.balance_id <> v.balance_id
ORDER BY v.practice_id, v.balance_id, v.reference

-- name: our_money
-- Payments of ours through the vendor since a moment that the vendor does not report.
SELECT f.practice_id, f.balance_id, f.fact_id, f.amount_cents AS ours_cents
FROM facts f
WHERE f.kind = 'payment_recorded' AND f.at >= $1 AND f.at < $2 AND f.fact_id LIKE $3 || '%'
    AND substr(f.fact_id, length($3) + 1) <> ALL ($4::text[])
ORDER BY f.practice_id, f.balance_id, f.fact_id

-- name: unposted
-- Money older than a moment that should stand in the practice's ledger and is not seen there, or stands otherwise.
SELECT f.practice_id, f.balance_id, f.fact_id, p.state,
    CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END AS ours_cents,
    p.amount_cents AS theirs_cents
FROM facts f
LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id
WHERE f.kind IN ('payment_recorded', 'payment_reversed') AND f.received_at < $1
    AND coalesce((f.body ->> 'in_practice_ledger')::boolean, false) IS FALSE
    AND (p.id IS NULL OR p.state <> 'confirmed'
         OR p.amount_cents <> CASE f.kind WHEN 'payment_reversed' THEN -f.amount_cents ELSE f.amount_cents END)
ORDER BY f.practice_id, f.balance_id, f.fact_id

-- name: postings_without_money
-- Postings to a ledger that no payment or reversal of ours stands behind.
SELECT p.practice_id, b.balance_id, p.external_id, p.amount_cents AS theirs_cents
FROM postings p
JOIN balances b ON b.id = p.balance
LEFT JOIN facts f ON f.practice_id = p.practice_id AND f.fact_id = p.external_id
    AND f.kind IN ('payment_recorded', 'payment_reversed')
WHERE f.id IS NULL
ORDER BY p.practice_id, b.balance_id, p.external_id

-- name: ledger_balances
-- Balances whose last reading of the practice's ledger differs from our records, postings under way set aside.
SELECT b.practice_id, b.balance_id, r.outstanding_cents AS theirs_cents,
    money.responsibility_cents - money.paid_cents + ahead.cents AS ours_cents, r.read_at
FROM ledger_readings r
JOIN balances b ON b.id = r.balance
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
WHERE r.read_at >= $1 AND r.outstanding_cents <> money.responsibility_cents - money.paid_cents + ahead.cents
ORDER BY b.practice_id, b.balance_id

-- name: totals
-- Per practice: what patients paid, what was taken back, and what of it stands in the practice's ledger.
SELECT f.practice_id,
    coalesce(sum(f.amount_cents) FILTER (WHERE f.kind = 'payment_recorded'), 0)::bigint AS paid_cents,
    coalesce(sum(f.amount_cents) FILTER (WHERE f.kind = 'payment_reversed'), 0)::bigint AS taken_back_cents,
    coalesce(sum(p.amount_cents) FILTER (WHERE p.state = 'confirmed'), 0)::bigint AS posted_cents
FROM facts f
LEFT JOIN postings p ON p.practice_id = f.practice_id AND p.external_id = f.fact_id
WHERE f.kind IN ('payment_recorded', 'payment_reversed')
GROUP BY f.practice_id
ORDER BY f.practice_id
