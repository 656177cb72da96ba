-- Queries of line_book.py: what was found when a number was looked up.

-- name: known
-- What a recent look found. Not reassigned since a day holds for later days too, reassigned since a day for earlier ones.
SELECT line, reassigned FROM line_lookups
WHERE value = $1 AND looked_at >= $2
    AND ($3::date IS NULL OR CASE WHEN reassigned = 'yes' THEN verified_on >= $3 ELSE verified_on <= $3 END)

-- name: keep
-- Remember the latest look.
INSERT INTO line_lookups AS known (value, line, looked_at, verified_on, reassigned) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (value) DO UPDATE
SET line = excluded.line, looked_at = excluded.looked_at, verified_on = excluded.verified_on, reassigned = excluded.reassigned
WHERE known.looked_at <= excluded.looked_at
