-- Queries of new_balances.py: balances nobody has heard of.

-- name: keep_new
-- Keep postings with the persons they describe, deliver and book them; false when one is not new, see schema.sql.
SELECT keep_new($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
