-- Queries of line_book.py: what kind of line a number is.

-- name: known
-- The kind of line when it was looked up recently.
SELECT line FROM line_lookups WHERE value = $1 AND looked_at >= $2

-- name: keep
-- Remember the latest look.
INSERT INTO line_lookups AS known (value, line, looked_at) VALUES ($1, $2, $3)
ON CONFLICT (value) DO UPDATE SET line = excluded.line, looked_at = excluded.looked_at
WHERE known.looked_at < excluded.looked_at
