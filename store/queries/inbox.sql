-- Queries of inbox.py: webhooks as they came in.

-- name: keep
-- Keep a webhook once.
INSERT INTO inbox (received_at, vendor, key, body, headers) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING id

-- name: unread
-- Webhooks nobody has made facts of yet, in the order in which they came.
SELECT id, vendor, key, body, headers, received_at
FROM inbox
WHERE read_at IS NULL AND unreadable IS NULL
ORDER BY id
LIMIT $1

-- name: read
-- Its facts have been reported.
UPDATE inbox SET read_at = clock_timestamp() WHERE id = $1

-- name: unreadable
-- No fact can be made of it; it stays for a person to look at.
UPDATE inbox SET unreadable = $2 WHERE id = $1
