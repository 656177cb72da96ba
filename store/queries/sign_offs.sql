-- Queries of sign_offs.py: what a practice drafts and signs.

-- name: draft
-- Keep a draft; nothing holds by it.
INSERT INTO drafts (drafted_at, practice_id, kind, name, drafted_by, because, content)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING id

-- name: drafts
-- Drafts of a practice with who signed them, the newest first.
SELECT d.id AS draft_id, d.practice_id, d.kind, d.name, d.drafted_by, d.drafted_at, d.because, d.content,
    s.signed_by, s.signed_at, s.version
FROM drafts d
LEFT JOIN sign_offs s ON s.draft = d.id
WHERE ($1::text IS NULL OR d.practice_id = $1) AND ($2::bigint IS NULL OR d.id = $2)
    AND ($3::text IS NULL OR d.kind = $3)
ORDER BY d.id DESC
LIMIT 200

-- name: lock
-- One sign-off at a time for a practice.
SELECT pg_advisory_xact_lock(hashtextextended('sign_offs:' || $1, 0))

-- name: newest_of
-- The latest sign-off of a practice, 0 when there is none.
SELECT coalesce(max(id), 0) FROM sign_offs WHERE practice_id = $1

-- name: sign
-- A draft holds from now on; nothing happens when it was signed before.
INSERT INTO sign_offs (draft, signed_at, practice_id, signed_by, version)
SELECT d.id, $2, d.practice_id, $3, $4 FROM drafts d WHERE d.id = $1
ON CONFLICT (draft) DO NOTHING
RETURNING id

-- name: newest
-- The latest sign-off of all practices, 0 when there is none.
SELECT coalesce(max(id), 0) FROM sign_offs

-- name: in_force
-- What holds: the latest of each practice, kind and name.
SELECT DISTINCT ON (d.practice_id, d.kind, d.name) s.id AS sign_off_id, d.practice_id, d.kind, d.name, d.content,
    s.version, s.signed_by, s.signed_at
FROM sign_offs s
JOIN drafts d ON d.id = s.draft
ORDER BY d.practice_id, d.kind, d.name, s.id DESC

-- name: open_cases
-- Balances whose cases look again when a policy is published.
SELECT b.balance_id
FROM cases c
JOIN balances b ON b.id = c.balance
WHERE b.practice_id = $1 AND c.stage <> 'closed'
ORDER BY b.id
