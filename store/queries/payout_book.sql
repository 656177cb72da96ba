-- Queries of payout_book.py: what the processor brought to the bank.

-- name: known
-- Payouts of a practice that arrived and came to what they hold, or whose failure is booked: they need not be read again.
SELECT reference, failed_at IS NOT NULL AS failed FROM payouts WHERE practice_id = $1 AND reference = ANY ($2::text[])

-- name: keep
-- A payout that arrived and came to what it holds.
INSERT INTO payouts (practice_id, reference, at, amount_cents) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING

-- name: failed
-- The bank sent it back; what it held has been moved back.
INSERT INTO payouts (practice_id, reference, at, amount_cents, failed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id, reference) DO UPDATE SET failed_at = excluded.failed_at
