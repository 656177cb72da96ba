-- Queries of reply_corrections.py: what people say replies mean.

-- name: reply
-- Replies of this name, kept from other corrections until this transaction ends; several when practices share it.
SELECT id, practice_id, body ->> 'channel' AS channel, ARRAY(
    SELECT jsonb_build_object('balance_id', b.balance_id, 'guarantor_id', g.guarantor_id)
    FROM fact_deliveries d JOIN balances b ON b.id = d.balance JOIN guarantors g ON g.id = b.guarantor
    WHERE d.fact = facts.id
    ORDER BY b.balance_id = coalesce(facts.body ->> 'about_balance_id', facts.balance_id) DESC NULLS LAST, b.id) AS heard_by
FROM facts
WHERE fact_id = $1 AND kind = 'reply_received' AND ($2::text IS NULL OR practice_id = $2)
ORDER BY practice_id
FOR NO KEY UPDATE

-- name: latest
-- The correction of a reply that counts.
SELECT intents, action, slots, who, at FROM reply_corrections WHERE reply = $1 ORDER BY id DESC LIMIT 1

-- name: correct
-- Keep one more; those before it stay. Its reader is the one that made the reading being corrected, for the balance it
-- was read for last; the one at work where the reply was not read yet.
INSERT INTO reply_corrections (reply, at, who, reader, action, intents, slots)
VALUES ($1, $2, $3, coalesce(
    (SELECT r.reader FROM readings r WHERE r.reply = $1 AND r.reader <> '' ORDER BY r.at DESC LIMIT 1), $4), $5, $6, $7)
RETURNING id

-- name: list
-- The correction of each reply that counts, with its words and what the agent knew and had said when it came: of the
-- balance it answers, names or, with neither, reached first.
SELECT c.id, c.at AS corrected_at, c.who, c.reader, c.intents, c.action, c.slots, f.practice_id, f.fact_id, f.at,
    f.body ->> 'channel' AS channel, coalesce(f.body ->> 'text', '') AS text, sent.message AS last_message, sent.words AS last_words,
    coalesce(known.outstanding_cents, 0) AS balance_cents, offered.offer, agreed.payments AS plan,
    offered.at < agreed.at AS offer_taken,
    EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = person.practice_id AND s.guarantor_id = person.guarantor_id AND s.since < f.at
            AND s.kind = 'contact_stopped' AND coalesce(s.channel, f.body ->> 'channel') = f.body ->> 'channel'
    ) AS opted_out
FROM reply_corrections c
JOIN facts f ON f.id = c.reply
LEFT JOIN LATERAL (
    SELECT g.* FROM guarantors g WHERE g.practice_id = f.practice_id AND g.guarantor_id = f.guarantor_id
    UNION ALL
    SELECT g.* FROM balances b JOIN guarantors g ON g.id = b.guarantor
    WHERE b.practice_id = f.practice_id AND b.balance_id = f.balance_id
    LIMIT 1) AS person ON true
LEFT JOIN LATERAL (
    SELECT b.id
    FROM balances b JOIN fact_deliveries d ON d.balance = b.id AND d.fact = f.id
    WHERE b.guarantor = person.id
    ORDER BY b.balance_id = coalesce(f.body ->> 'about_balance_id', f.balance_id) DESC NULLS LAST, b.id
    LIMIT 1) AS reached ON true
LEFT JOIN LATERAL (
    SELECT t.message, t.words
    FROM touches t
    WHERE t.balance = reached.id AND t.status = 'accepted' AND t.outreach AND t.resolved_at <= f.at
    ORDER BY t.resolved_at DESC
    LIMIT 1) AS sent ON true
LEFT JOIN LATERAL (
    SELECT d.outstanding_cents
    FROM decisions d
    WHERE d.balance = reached.id AND d.decided_at <= f.at
    ORDER BY d.id DESC
    LIMIT 1) AS known ON true
LEFT JOIN LATERAL (
    SELECT d.step -> 'offer' AS offer, t.resolved_at AS at
    FROM decisions d JOIN touches t ON t.balance = d.balance AND t.touch_id = d.step ->> 'touch_id'
    WHERE d.balance = reached.id AND d.step ? 'offer' AND t.status = 'accepted' AND t.resolved_at <= f.at
    ORDER BY t.resolved_at DESC, d.id DESC
    LIMIT 1) AS offered ON true
LEFT JOIN LATERAL (
    SELECT l.payments, l.at
    FROM plan_log l
    WHERE l.balance = reached.id AND l.at <= f.at AND (l.undone_at IS NULL OR l.undone_at > f.at)
    ORDER BY l.id DESC
    LIMIT 1) AS agreed ON true
WHERE c.id > $2 AND ($1::text IS NULL OR f.practice_id = $1)
    AND NOT EXISTS (SELECT FROM reply_corrections later WHERE later.reply = c.reply AND later.id > c.id)
ORDER BY c.id
LIMIT $3
