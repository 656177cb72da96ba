-- Queries of payout_book.py: what the processor brought to the bank.

-- name: agreed
-- Payouts of a practice that arrived and came to what they hold: they need not be read again.
SELECT reference FROM payouts WHERE practice_id = $1 AND reference = ANY ($2::text[])

-- name: keep
-- A payout that arrived and came to what it holds.
INSERT INTO payouts (practice_id, reference, at, amount_cents) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
