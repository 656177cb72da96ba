-- Queries of touch_book.py: claiming a touch under locks, and what became of it.

-- name: lock
-- One claim at a time for a person and for a number or address, in one order for all, so that none wait in a circle.
-- The survey that follows is planned once a connection: planning it takes four times as long as running it.
SELECT pg_advisory_xact_lock(least(a, b)), pg_advisory_xact_lock(greatest(a, b)),
    set_config('plan_cache_mode', 'force_generic_plan', true)
FROM (SELECT hashtextextended('guarantor:' || $1, 0) AS a, hashtextextended('point:' || $2, 0) AS b) AS keys

-- name: survey
-- All that permits or forbids a touch, as it stands now that the locks are held.
SELECT b.id AS balance, g.id AS guarantor, b.pay_code, money.responsibility_cents - money.paid_cents AS outstanding_cents,
    described.body -> 'guarantor' AS described, coalesce(described.body -> 'guarantor' -> 'points', '[]') AS points,
    g.guarantor_id, described.fact_id AS described_by, described.source AS described_source, described.at AS described_at,
    earlier.id AS earlier_id, earlier.balance AS earlier_balance, earlier.status AS earlier_status,
    earlier.guarantor AS earlier_guarantor, earlier.agent AS earlier_agent, earlier.claimed_at AS first_tried_at, earlier.thread AS earlier_thread,
    (SELECT t.id FROM touches t
     WHERE t.touch_id = $21 AND t.guarantor = g.id AND t.balance = b.id AND t.message = $11 AND t.channel <> $5
        AND t.status = 'accepted' AND t.outreach AND t.beside IS NULL AND t.resolved_at > $22) AS beside,
    CASE WHEN earlier.id IS NOT NULL THEN coalesce(earlier.proof -> 'family', '[]') WHEN $21::text IS NOT NULL THEN (
        SELECT coalesce(jsonb_agg(kin || jsonb_build_object('outstanding_cents', m.responsibility_cents - m.paid_cents)), '[]')
        FROM touches t
        CROSS JOIN jsonb_array_elements(coalesce(t.proof -> 'family', '[]')) AS kin
        JOIN balances o ON o.practice_id = $1 AND o.balance_id = kin ->> 'balance_id'
        CROSS JOIN LATERAL money_of(o.id) AS m
        WHERE t.touch_id = $21 AND m.responsibility_cents - m.paid_cents >= $17
    ) WHEN $14 THEN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('balance_id', o.balance_id, 'touch_id', c.step ->> 'touch_id',
            'message', c.step ->> 'message', 'card', coalesce(c.step #>> '{plan,card}', ''), 'outstanding_cents',
            coalesce((c.step #>> '{plan,about,amount_cents}')::integer, m.responsibility_cents - m.paid_cents)) ORDER BY o.id), '[]')
        FROM balances o
        JOIN cases c ON c.balance = o.id
        CROSS JOIN LATERAL money_of(o.id) AS m
        WHERE o.guarantor = g.id AND o.id <> b.id AND o.practice_id = $1 AND c.stage <> 'closed' AND c.next_step_at <= $15
            AND c.step ->> 'kind' = 'send_message' AND c.step ->> 'message' = ANY ($16::text[])
            AND m.responsibility_cents - m.paid_cents >= $17
            AND ($19::text IS NULL OR c.step #>> '{plan,about,due_on}' = $19)
            AND NOT EXISTS (
                SELECT FROM fact_deliveries x WHERE x.balance = o.id AND x.heard_at IS NULL AND x.undeliverable IS NULL)
    ) ELSE '[]' END AS family,
    earlier.resolved_at AS accepted_at,
    ARRAY(
        SELECT DISTINCT f.kind
        FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = b.id AND f.fact_id <> ALL ($6::text[])
            AND f.kind NOT IN ('staff_note', 'time_passed', 'policy_changed')
            AND (cardinality($6::text[]) < $7 OR d.heard_at IS NULL OR d.heard_at > (
                SELECT min(h.heard_at) FROM fact_deliveries h JOIN facts hf ON hf.id = h.fact
                WHERE h.balance = b.id AND hf.fact_id = ANY ($6::text[])))
    ) AS news,
    (SELECT s.status FROM suppressions s
     WHERE s.value = $4 AND s.channel = $5 AND NOT (s.status IN ('opted_out', 'wrong_person', 'complained')
        AND agreed_anew(g.practice_id, g.guarantor_id, $5, $4, $20, s.since))) AS point_status,
    EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND s.kind = 'contact_stopped'
            AND (s.channel IS NULL
                OR (s.channel = $5 AND NOT agreed_anew(g.practice_id, g.guarantor_id, $5, $4, $20, s.since)))
    ) AS stopped,
    (SELECT coalesce(f.body -> 'only_at', '[]')::jsonb FROM facts f
     WHERE f.practice_id = g.practice_id AND f.guarantor_id = g.guarantor_id AND f.kind = 'confidential_requested'
     ORDER BY f.at DESC, f.fact_id COLLATE "C" DESC LIMIT 1) AS only_at,
    ARRAY(
        SELECT s.kind FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND s.kind <> 'contact_stopped'
        ORDER BY s.kind
    ) AS ended_by,
    (SELECT s.because FROM silences s
     WHERE s.released_at IS NULL AND coalesce(s.practice_id, $1) = $1 AND coalesce(s.agent, $10) = $10
        AND coalesce(s.channel, $5) = $5 AND coalesce(s.message, $11) = $11
     ORDER BY s.id LIMIT 1) AS silenced,
    CASE WHEN $6::text[] IS NULL THEN ARRAY(
        SELECT DISTINCT c.stage FROM balances o JOIN cases c ON c.balance = o.id
        WHERE o.guarantor = g.id AND c.stage IN ('held', 'with_staff')) ELSE '{}' END AS with_people,
    $6::text[] IS NULL AND EXISTS (
        SELECT FROM balances o JOIN touches t ON t.balance = o.id
        WHERE o.guarantor = g.id AND t.agent = 'payment' AND t.status = 'accepted' AND t.outreach) AS written_to,
    CASE WHEN $6::text[] IS NULL AND EXISTS (
        SELECT FROM touches t
        WHERE t.guarantor = g.id AND t.agent = 'payment' AND t.status = 'accepted' AND t.outreach
            AND t.resolved_at > coalesce(g.last_reply_at, '-infinity'))
    THEN (
        SELECT sum(m.responsibility_cents - m.paid_cents)
        FROM balances o CROSS JOIN LATERAL money_of(o.id) AS m WHERE o.guarantor = g.id)
    END AS unanswered_cents,
    ARRAY(
        SELECT jsonb_build_object('purpose', c.purpose, 'status', c.status, 'means', c.means, 'wording', c.wording,
            'given_at', c.given_at, 'fact_id', f.fact_id, 'source', f.source)
        FROM consents c JOIN facts f ON f.id = c.fact
        WHERE c.practice_id = g.practice_id AND c.guarantor_id = g.guarantor_id AND c.channel = $5 AND c.value = $4
    ) AS consents,
    ARRAY(
        SELECT greatest(t.tried_at, t.resolved_at) FROM touches t
        WHERE t.guarantor = g.id AND t.outreach AND t.status <> 'refused' AND t.touch_id <> $3 AND t.local_day >= $8
            AND t.beside IS NULL AND t.touch_id IS DISTINCT FROM $21
    ) AS guarantor_touches,
    ARRAY(
        SELECT greatest(t.tried_at, t.resolved_at) FROM touches t
        WHERE t.value = $4 AND t.outreach AND t.status <> 'refused' AND t.touch_id <> $3 AND t.local_day >= $8
    ) AS point_touches,
    CASE WHEN $11 = ANY ($18::text[]) AND $12::text IS NULL THEN (
        SELECT max(t.resolved_at) FROM touches t
        WHERE t.guarantor = g.id AND t.balance <> b.id AND t.message = ANY ($18::text[]) AND t.status = 'accepted'
            AND t.resolved_at > coalesce(g.last_reply_at, '-infinity')) END AS plan_asked_at,
    (SELECT f.body -> 'letter' FROM facts f WHERE f.practice_id = $1 AND f.fact_id = $12) AS letter,
    EXISTS (
        SELECT FROM touches t
        WHERE t.guarantor = g.id AND t.reply_fact_id = $12 AND t.status <> 'refused' AND t.touch_id <> $3
    ) AS answered,
    EXISTS (
        SELECT FROM touches t
        WHERE t.value = $4 AND t.message = 'answer_stopped' AND t.status <> 'refused' AND t.touch_id <> $3
            AND t.tried_at > $13
    ) AS confirmed,
    (SELECT count(*) FROM touches t
        WHERE t.value = $4 AND t.reply_fact_id IS NOT NULL AND t.status <> 'refused' AND t.touch_id <> $3
            AND greatest(t.tried_at, t.resolved_at) > $13) AS answers_lately,
    (SELECT max(p.last_reply_at) FROM guarantors p WHERE p.id = g.id OR p.reach @> ARRAY[hashtextextended($5 || ':' || $4, 0)]) AS last_reply_at,
    (SELECT max(s.id) FROM sign_offs s WHERE s.practice_id = $1) AS signed,
    reading.read_at AS ledger_read_at, reading.outstanding_cents AS ledger_cents
FROM guarantors g
JOIN facts described ON described.id = g.described_by
LEFT JOIN balances b ON b.practice_id = $1 AND b.balance_id = $2 AND b.guarantor = g.id
LEFT JOIN ledger_readings reading ON reading.balance = b.id
CROSS JOIN LATERAL money_of(b.id) AS money
LEFT JOIN touches earlier ON earlier.touch_id = $3 AND earlier.status <> 'refused'
WHERE g.id = coalesce(
    (SELECT o.guarantor FROM balances o WHERE o.practice_id = $1 AND o.balance_id = $2),
    (SELECT p.id FROM guarantors p WHERE p.practice_id = $1 AND p.guarantor_id = $9))

-- name: insert
-- The claim itself, with the proof that it was permitted.
INSERT INTO touches (balance, guarantor, claimed_at, tried_at, local_day, outreach, touch_id, status, message, channel,
    value, proof, agent, reply_fact_id, thread, beside)
VALUES ($1, $2, $3, $3, $4, $5, $6, 'claimed', $7, $8, $9, $10, $11, $12, $13, $14)

-- name: again
-- A touch in doubt is tried once more; it counts from its latest try.
UPDATE touches SET tried_at = $2, local_day = $3, proof = $4 WHERE id = $1

-- name: kept_back
-- A touch that was asked for and not permitted; the same reason again is counted.
INSERT INTO unsent AS known (balance, guarantor, asked_at, last_asked_at, not_before, times, touch_id, agent, message,
    channel, because, proof)
VALUES ($1, $2, $3, $3, $4, 1, $5, $6, $7, $8, $9, $10)
ON CONFLICT (touch_id, because) DO UPDATE
SET last_asked_at = excluded.last_asked_at, not_before = excluded.not_before, times = known.times + 1,
    proof = excluded.proof

-- name: person
-- The description of a person, to find out where they can be reached.
SELECT described.body -> 'guarantor' AS described
FROM guarantors g JOIN facts described ON described.id = g.described_by
WHERE g.practice_id = $1 AND g.guarantor_id = $2

-- name: verified_at
-- When a number was last known to be a person's: by the latest word with evidence if it agrees, else by the description.
SELECT coalesce((
    SELECT CASE WHEN c.status = 'granted' THEN c.given_at END
    FROM consents c
    WHERE c.practice_id = $1 AND c.guarantor_id = $2 AND c.channel = $3 AND c.value = $4
    ORDER BY c.given_at DESC LIMIT 1), described.at)
FROM guarantors g JOIN facts described ON described.id = g.described_by
WHERE g.practice_id = $1 AND g.guarantor_id = $2

-- name: last_look
-- What has come since a claim that forbids its touch to leave; which words are about to leave is kept with the proof.
WITH noted AS (
    UPDATE touches SET proof = proof || ($2::jsonb - 'text'), words = $2::jsonb ->> 'text' WHERE touch_id = $1 AND status = 'claimed')
SELECT
    (SELECT s.status FROM suppressions s
     WHERE s.value = t.value AND s.channel = t.channel AND (s.status <> 'opted_out' OR t.message <> 'answer_stopped')
        AND NOT (s.status IN ('opted_out', 'wrong_person', 'complained') AND agreed_anew(
            g.practice_id, g.guarantor_id, t.channel, t.value, ARRAY(SELECT jsonb_array_elements_text(t.proof -> 'purposes')), s.since))
    ) AS point_status,
    t.message <> 'answer_stopped' AND EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND coalesce(s.channel, t.channel) = t.channel
            AND NOT (s.channel IS NOT NULL AND s.kind = 'contact_stopped' AND agreed_anew(
                g.practice_id, g.guarantor_id, t.channel, t.value, ARRAY(SELECT jsonb_array_elements_text(t.proof -> 'purposes')), s.since))
    ) AS stopped,
    (SELECT s.because FROM silences s
     WHERE s.released_at IS NULL AND coalesce(s.practice_id, g.practice_id) = g.practice_id
        AND coalesce(s.agent, t.agent) = t.agent AND coalesce(s.channel, t.channel) = t.channel
        AND coalesce(s.message, t.message) = t.message
     ORDER BY s.id LIMIT 1) AS silenced,
    t.outreach AND EXISTS (
        SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = t.balance AND d.heard_at IS NULL AND f.kind = 'reply_received' AND f.received_at >= t.tried_at
    ) AS replied,
    t.outreach AND t.balance IS NOT NULL AND t.message <> 'nothing_left'
        AND money.responsibility_cents - money.paid_cents <= 0 AS settled,
    t.message = 'nothing_left' AND money.responsibility_cents - money.paid_cents > 0 AS owed_again
FROM touches t
JOIN guarantors g ON g.id = t.guarantor
CROSS JOIN LATERAL money_of(t.balance) AS money
WHERE t.touch_id = $1 AND t.status = 'claimed'

-- name: carried
-- Which other balances an accepted touch spoke of, for their cases to hear of it.
SELECT g.practice_id, t.channel, t.proof -> 'family' AS family
FROM touches t JOIN guarantors g ON g.id = t.guarantor
WHERE t.touch_id = $1 AND t.status = 'accepted' AND t.proof ? 'family'

-- name: accepted_alone
-- The provider took a touch that spoke of one balance, so that nobody else has to hear of it.
UPDATE touches
SET status = 'accepted', resolved_at = $3, provider_id = $2, text_hash = $4
WHERE touch_id = $1 AND status = 'claimed' AND NOT proof ? 'family'
RETURNING id

-- name: accepted
-- The provider took it.
UPDATE touches
SET status = 'accepted', resolved_at = $3, provider_id = $2, text_hash = $4
WHERE touch_id = $1 AND status = 'claimed'
RETURNING id

-- name: status
-- What has become of a touch that was not refused.
SELECT status FROM touches WHERE touch_id = $1 AND status <> 'refused'

-- name: silent
-- Texts accepted between two moments, about which no last report has come.
SELECT t.touch_id, t.provider_id, t.resolved_at AS accepted_at
FROM touches t
WHERE t.channel = 'sms' AND t.status = 'accepted' AND t.resolved_at > $3 AND t.resolved_at <= $4
    AND NOT EXISTS (
        SELECT FROM unnest($2::text[]) AS k (key)
        JOIN inbox i ON i.vendor = $1 AND i.key = replace(k.key, '{}', t.provider_id))
ORDER BY t.resolved_at

-- name: refused
-- It never left: it does not count, and its place is free again. The proof says when it was we who held it back.
UPDATE touches SET status = 'refused', resolved_at = tried_at, refused_because = $2,
    proof = CASE WHEN $3 THEN proof || '{"held_back": true}' ELSE proof END
WHERE touch_id = $1 AND status = 'claimed'

-- name: suppress
-- A number or address has become unusable, for every agent; answers with the latest try on it when this is new.
WITH written AS (
    INSERT INTO suppressions AS known (since, channel, value, status)
    SELECT coalesce(max(t.tried_at), clock_timestamp()), $2, $1, $3 FROM touches t WHERE t.value = $1
    ON CONFLICT (value, channel) DO UPDATE
    SET status = CASE WHEN known.status IN ('opted_out', 'complained') THEN known.status ELSE excluded.status END,
        since = greatest(known.since, excluded.since)
    WHERE (known.status <> excluded.status AND known.status NOT IN ('opted_out', 'complained'))
        OR (excluded.status IN ('opted_out', 'complained', 'wrong_person') AND known.since < excluded.since)
    RETURNING since)
SELECT w.since, t.balance AS heard_by, t.touch_id
FROM written w
JOIN LATERAL (
    SELECT balance, touch_id FROM touches WHERE value = $1 ORDER BY tried_at DESC LIMIT 1) AS t ON true

-- name: suppress_looked_up
-- A number was looked up and is unusable, for every agent, from a moment on; answers when this is new.
INSERT INTO suppressions AS known (since, channel, value, status) VALUES ($4, $2, $1, $3)
ON CONFLICT (value, channel) DO UPDATE
SET status = CASE WHEN known.status IN ('opted_out', 'complained') THEN known.status ELSE excluded.status END,
    since = greatest(known.since, excluded.since)
WHERE (known.status <> excluded.status AND known.status NOT IN ('opted_out', 'complained'))
    OR (excluded.status = 'wrong_person' AND known.since < excluded.since)
RETURNING true

-- name: balance_of
-- The row of a balance.
SELECT id FROM balances WHERE practice_id = $1 AND balance_id = $2

-- name: others_reached_there
-- Persons reached at this number or address who owe something beside the balance that has just heard of it.
SELECT DISTINCT g.practice_id, g.guarantor_id
FROM guarantors g
JOIN balances b ON b.guarantor = g.id
LEFT JOIN cases c ON c.balance = b.id
WHERE g.reach @> ARRAY[hashtextextended($1, 0)] AND c.stage IS DISTINCT FROM 'closed' AND b.id IS DISTINCT FROM $2
ORDER BY 1, 2
