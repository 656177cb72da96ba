-- Queries of plain_facts.py: facts that concern one known balance and nothing else.

-- name: keep_plain
-- Keep them, deliver them and book the money among them; false when one or its balance is not as it should be, see schema.sql.
SELECT keep_plain($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
