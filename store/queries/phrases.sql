-- Queries of phrases.py: words that reasons use over and over.

-- name: learn
-- Keep phrases that are new; in one order for all, so that none wait for each other in a circle.
INSERT INTO phrases (words) SELECT words FROM unnest($1::text[]) AS words ORDER BY words COLLATE "C" ON CONFLICT DO NOTHING

-- name: known
-- The numbers of phrases.
SELECT p.id, p.words
FROM unnest($1::text[]) AS wanted (words)
JOIN phrases p ON md5(p.words) = md5(wanted.words)
