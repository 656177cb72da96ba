-- Queries of checkouts.py: hosted checkout pages that were opened.

-- name: keep
-- Remember a page; the same page again changes nothing.
INSERT INTO checkouts (session_id, balance, created_at, amount_cents)
SELECT $1, id, $5, $4 FROM balances WHERE practice_id = $2 AND balance_id = $3
ON CONFLICT (session_id) DO UPDATE SET session_id = excluded.session_id
RETURNING session_id

-- name: find
-- Which balance a page was opened for.
SELECT c.session_id, b.practice_id, b.balance_id, c.amount_cents, c.created_at
FROM checkouts c
JOIN balances b ON b.id = c.balance
WHERE c.session_id = $1
