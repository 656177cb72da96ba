-- Queries of bell.py: one process tells the others.

-- name: ring
-- Wake whoever listens on this channel.
SELECT pg_notify($1, '')
