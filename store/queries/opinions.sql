-- Queries of opinions.py: what a second reader was asked, said and cost.

-- name: opinion
-- The opinion of a reply; no row when it was not asked for.
SELECT o.outcome, o.model, o.intents, o.tokens_in, o.tokens_out, o.cost_microdollars, o.took_ms
FROM opinions o JOIN facts f ON f.id = o.reply
WHERE f.practice_id = $1 AND f.fact_id = $2 AND f.kind = 'reply_received'

-- name: keep
-- Keep it, once a reply.
INSERT INTO opinions (reply, at, cost_microdollars, tokens_in, tokens_out, took_ms, outcome, model, intents)
SELECT f.id, $3, $4, $5, $6, $7, $8, $9, $10
FROM facts f
WHERE f.practice_id = $1 AND f.fact_id = $2 AND f.kind = 'reply_received'
ON CONFLICT (reply) DO NOTHING

-- name: spent
-- What each model was asked and cost since a moment.
SELECT model, outcome, count(*) AS asked, sum(tokens_in)::bigint AS tokens_in, sum(tokens_out)::bigint AS tokens_out,
    sum(cost_microdollars)::bigint AS cost_microdollars
FROM opinions
WHERE at >= $1
GROUP BY model, outcome
ORDER BY model, outcome
