-- Queries of conversations.py: how replies were read, and what was said on both sides.

-- name: keep
-- How a reply was read for a balance.
INSERT INTO readings AS known (balance, reply, at, confidence, abstain, reader, action, intents, slots)
SELECT b.id, f.id, $4, $5, $6, $7, $8, $9, $10
FROM balances b JOIN facts f ON f.practice_id = b.practice_id AND f.fact_id = $3
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT (balance, reply) DO UPDATE
SET at = excluded.at, confidence = excluded.confidence, abstain = excluded.abstain, reader = excluded.reader,
    action = excluded.action, intents = excluded.intents, slots = excluded.slots

-- name: conversation
-- Everything said about a balance, oldest first: what the person wrote that reached it, with its reading and the
-- correction of that which counts; our messages about it, about several balances at once, and in answer.
WITH balance AS (
    SELECT id, guarantor, balance_id FROM balances WHERE practice_id = $1 AND balance_id = $2), heard AS (
    SELECT f.*, b.id AS balance
    FROM balance b JOIN fact_deliveries d ON d.balance = b.id JOIN facts f ON f.id = d.fact
    WHERE f.kind = 'reply_received' OR (f.kind = 'contact_stopped' AND f.source <> 'agent'))
SELECT h.at, 1 AS place, h.id, 'patient' AS who, h.kind, h.body ->> 'channel' AS channel, h.body ->> 'text' AS text,
    h.fact_id, (h.body ->> 'files')::integer AS files, NULL AS message, NULL AS answers, NULL AS status,
    r.intents, r.action, r.confidence, r.abstain, r.reader, r.slots, c.intents AS corrected, c.who AS corrected_by
FROM heard h
LEFT JOIN readings r ON r.balance = h.balance AND r.reply = h.id
LEFT JOIN LATERAL (
    SELECT o.intents, o.who FROM reply_corrections o WHERE o.reply = h.id ORDER BY o.id DESC LIMIT 1) AS c ON true
UNION ALL
SELECT coalesce(t.resolved_at, t.tried_at), 2, t.id, 'us', t.agent, t.channel, t.words, t.touch_id, NULL, t.message,
    t.reply_fact_id, t.status, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM balance b JOIN touches t ON t.guarantor = b.guarantor AND t.status <> 'refused'
WHERE t.balance = b.id OR t.balance IS NULL
    OR t.proof -> 'family' @> jsonb_build_array(jsonb_build_object('balance_id', b.balance_id))
    OR t.reply_fact_id IN (SELECT fact_id FROM heard)
ORDER BY at, place, id
