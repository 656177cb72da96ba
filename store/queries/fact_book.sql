-- Queries of fact_book.py: keeping what was reported and handing it to the balances it concerns.

-- name: lock_postings
-- Keep facts for still unknown balances out while balances are being added, without hindering other postings.
SELECT pg_advisory_xact_lock_shared(hashtextextended('unknown:' || practice_id, 0))
FROM (SELECT DISTINCT unnest($1::text[]) AS practice_id ORDER BY 1) AS practice

-- name: lock_mixture
-- The same for a list that adds balances and may hold facts for unknown ones: alone in its practices.
SELECT pg_advisory_xact_lock(hashtextextended('unknown:' || practice_id, 0))
FROM (SELECT DISTINCT unnest($1::text[]) AS practice_id ORDER BY 1) AS practice

-- name: lock_unknown
-- Where a fact names a balance or a person nobody has posted yet, wait for postings under way in that practice.
SELECT pg_advisory_xact_lock(hashtextextended('unknown:' || practice_id, 0))
FROM (
    SELECT DISTINCT named.practice_id
    FROM unnest($1::text[], $2::text[], $3::text[]) AS named (practice_id, balance_id, guarantor_id)
    WHERE CASE WHEN named.balance_id IS NOT NULL
        THEN NOT EXISTS (SELECT FROM balances b
                         WHERE b.practice_id = named.practice_id AND b.balance_id = named.balance_id)
        ELSE NOT EXISTS (SELECT FROM guarantors g
                         WHERE g.practice_id = named.practice_id AND g.guarantor_id = named.guarantor_id)
    END
    ORDER BY 1
) AS unknown

-- name: lock_persons
-- Let a fact about a person and a new balance of theirs happen one after the other, never at once.
SELECT g.id
FROM guarantors g
WHERE (g.practice_id, g.guarantor_id) IN (
    SELECT named.practice_id, coalesce(named.guarantor_id, owner.guarantor_id)
    FROM unnest($1::text[], $2::text[], $3::text[]) AS named (practice_id, balance_id, guarantor_id)
    LEFT JOIN balances b ON b.practice_id = named.practice_id AND b.balance_id = named.balance_id
    LEFT JOIN guarantors owner ON owner.id = b.guarantor)
ORDER BY g.practice_id, g.guarantor_id
FOR UPDATE

-- name: insert_facts
-- Keep each fact once; one that is known already is left as it was.
INSERT INTO facts (at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
SELECT f.at, $1, f.amount_cents, f.practice_id, f.fact_id, f.kind, f.source, f.balance_id, f.guarantor_id, f.body::json
FROM unnest($2::timestamptz[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[])
    AS f (at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
ON CONFLICT DO NOTHING
RETURNING id, practice_id, fact_id

-- name: describe_guarantors
-- Remember which facts describe persons; see schema.sql.
SELECT describe_guarantors($1, $2, $3, $4, $5, $6)

-- name: insert_balances
-- Add balances, or move one to the guarantor it was posted to last: whoever held its page before opens it no more.
-- Answers with the new ones.
WITH wanted AS (
    SELECT g.id AS guarantor, b.practice_id, b.balance_id, b.pay_code
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS b (practice_id, balance_id, guarantor_id, pay_code)
    JOIN guarantors g ON g.practice_id = b.practice_id AND g.guarantor_id = b.guarantor_id
), revoked AS (
    INSERT INTO revoked_codes (pay_code, balance, revoked_at)
    SELECT known.pay_code, known.id, $5
    FROM wanted JOIN balances known USING (practice_id, balance_id)
    WHERE known.guarantor <> wanted.guarantor
    ON CONFLICT DO NOTHING)
INSERT INTO balances AS known (guarantor, practice_id, balance_id, pay_code)
SELECT guarantor, practice_id, balance_id, pay_code FROM wanted ORDER BY practice_id, balance_id
ON CONFLICT (practice_id, balance_id) DO UPDATE SET guarantor = excluded.guarantor, pay_code = excluded.pay_code
WHERE known.guarantor <> excluded.guarantor
RETURNING id, xmax = 0 AS new

-- name: deliver_named
-- Put facts on the way to the balance each names; a posting goes before whatever came with it.
WITH delivered AS (
    INSERT INTO fact_deliveries (fact, balance)
    SELECT f.id, b.id
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS f (id, practice_id, balance_id, kind)
    JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
    ORDER BY f.kind = 'balance_posted' DESC, f.id
    ON CONFLICT DO NOTHING
    RETURNING id, fact, balance)
SELECT d.fact, d.balance, b.balance_id FROM delivered d JOIN balances b ON b.id = d.balance ORDER BY d.id

-- name: deliver_to_persons
-- Put facts about a person on the way to all their open balances, or to the latest closed one when none is open.
WITH person AS (
    SELECT f.id AS fact, coalesce(g.id, b.guarantor) AS guarantor
    FROM facts f
    LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
    LEFT JOIN guarantors g ON g.practice_id = f.practice_id AND g.guarantor_id = f.guarantor_id
    WHERE f.id = ANY ($1::bigint[])
), reached AS (
    SELECT p.fact, b.id AS balance, c.stage IS DISTINCT FROM 'closed' AS open,
           row_number() OVER (PARTITION BY p.fact ORDER BY c.stage IS DISTINCT FROM 'closed' DESC, b.id DESC) AS place
    FROM person p
    JOIN balances b ON b.guarantor = p.guarantor
    LEFT JOIN cases c ON c.balance = b.id
), delivered AS (
    INSERT INTO fact_deliveries (fact, balance)
    SELECT r.fact, r.balance
    FROM reached r
    WHERE r.open OR (r.place = 1 AND NOT EXISTS (SELECT FROM fact_deliveries d WHERE d.fact = r.fact))
    ORDER BY r.fact, r.balance
    ON CONFLICT DO NOTHING
    RETURNING fact, balance)
SELECT d.fact, b.balance_id FROM delivered d JOIN balances b ON b.id = d.balance

-- name: catch_up
-- Give new balances the facts that waited for them, whatever silences their guarantor, and what they agreed to.
WITH delivered AS (
    INSERT INTO fact_deliveries (fact, balance)
    SELECT late.fact, late.balance
    FROM (
        SELECT f.id AS fact, b.id AS balance
        FROM balances b
        JOIN guarantors g ON g.id = b.guarantor
        JOIN facts f ON f.waiting AND f.practice_id = b.practice_id
            AND (f.balance_id = b.balance_id OR (f.balance_id IS NULL AND f.guarantor_id = g.guarantor_id))
        WHERE b.id = ANY ($1::bigint[])
        UNION
        SELECT s.fact, b.id
        FROM balances b
        JOIN guarantors g ON g.id = b.guarantor
        JOIN stops s ON s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id
        WHERE b.id = ANY ($1::bigint[])
        UNION
        SELECT c.fact, b.id
        FROM balances b
        JOIN guarantors g ON g.id = b.guarantor
        JOIN consents c ON c.practice_id = g.practice_id AND c.guarantor_id = g.guarantor_id
        WHERE b.id = ANY ($1::bigint[])
    ) AS late
    ORDER BY late.fact
    ON CONFLICT DO NOTHING
    RETURNING id, fact, balance)
SELECT d.fact, d.balance, f.amount_cents IS NOT NULL AS money FROM delivered d JOIN facts f ON f.id = d.fact ORDER BY d.id

-- name: stop_waiting
-- These facts have found their balance.
UPDATE facts SET waiting = false WHERE id = ANY ($1::bigint[]) AND waiting

-- name: start_waiting
-- These facts concern nobody we know yet.
UPDATE facts SET waiting = true WHERE id = ANY ($1::bigint[])

-- name: write_stops
-- Silence the persons these facts are about, for claims of all agents from this moment on.
INSERT INTO stops (fact, since, practice_id, guarantor_id, kind, channel)
SELECT DISTINCT ON (f.practice_id, coalesce(f.guarantor_id, g.guarantor_id), f.kind, f.body ->> 'channel')
    f.id, f.at, f.practice_id, coalesce(f.guarantor_id, g.guarantor_id), f.kind, f.body ->> 'channel'
FROM facts f
LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
LEFT JOIN guarantors g ON g.id = b.guarantor
WHERE f.id = ANY ($1::bigint[])
    AND f.kind IN ('contact_stopped', 'guarantor_deceased', 'bankruptcy_filed', 'attorney_represents',
        'confidential_requested')
    AND coalesce(f.guarantor_id, g.guarantor_id) IS NOT NULL
ORDER BY f.practice_id, coalesce(f.guarantor_id, g.guarantor_id), f.kind, f.body ->> 'channel', f.at DESC, f.id
ON CONFLICT (practice_id, guarantor_id, kind, channel) DO UPDATE SET fact = excluded.fact, since = excluded.since
WHERE stops.since < excluded.since

-- name: write_consents
-- Keep the latest word of a person on each number or address and purpose; a later one replaces an earlier one.
INSERT INTO consents AS known (fact, given_at, practice_id, guarantor_id, channel, value, purpose, status, means, wording)
SELECT DISTINCT ON (f.practice_id, f.guarantor_id, f.body ->> 'channel', lower(f.body ->> 'value'), purpose)
    f.id, (f.body ->> 'given_at')::timestamptz, f.practice_id, f.guarantor_id, f.body ->> 'channel',
    lower(f.body ->> 'value'), purpose, CASE WHEN f.body ->> 'granted' = 'false' THEN 'denied' ELSE 'granted' END,
    f.body ->> 'means', f.body ->> 'wording_version'
FROM facts f CROSS JOIN LATERAL json_array_elements_text(f.body -> 'purposes') AS purpose
WHERE f.id = ANY ($1::bigint[]) AND f.kind = 'consent_recorded'
ORDER BY f.practice_id, f.guarantor_id, f.body ->> 'channel', lower(f.body ->> 'value'), purpose,
    (f.body ->> 'given_at')::timestamptz DESC, f.fact_id COLLATE "C" DESC
ON CONFLICT (practice_id, guarantor_id, channel, value, purpose) DO UPDATE
SET fact = excluded.fact, given_at = excluded.given_at, status = excluded.status, means = excluded.means,
    wording = excluded.wording
WHERE known.given_at < excluded.given_at
    OR (known.given_at = excluded.given_at
        AND (SELECT o.fact_id COLLATE "C" FROM facts o WHERE o.id = known.fact)
            < (SELECT o.fact_id COLLATE "C" FROM facts o WHERE o.id = excluded.fact))

-- name: suppress_stopped
-- A stop silences the numbers and addresses of the person too, whoever else they belong to.
INSERT INTO suppressions AS known (since, channel, value, status)
SELECT DISTINCT ON (point.value, point.channel) f.at, point.channel, point.value, 'opted_out'
FROM facts f
LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
JOIN guarantors g ON g.practice_id = f.practice_id
    AND (g.guarantor_id = f.guarantor_id OR (f.guarantor_id IS NULL AND g.id = b.guarantor))
JOIN facts described ON described.id = g.described_by
CROSS JOIN LATERAL (
    SELECT split_part(word, ' ', 1) AS channel, lower(substring(word FROM '[^ ]+$')) AS value
    FROM json_array_elements_text(described.body -> 'guarantor' -> 'points') AS word
) AS point
WHERE f.id = ANY ($1::bigint[]) AND f.kind = 'contact_stopped'
    AND coalesce(f.body ->> 'channel', point.channel) = point.channel
ORDER BY point.value, point.channel, f.at DESC
ON CONFLICT (value, channel) DO UPDATE SET status = excluded.status, since = greatest(known.since, excluded.since)
WHERE known.status <> 'opted_out' OR known.since < excluded.since

-- name: suppress_failed
-- A message that could not be delivered for good takes its number or address out of use.
INSERT INTO suppressions AS known (since, channel, value, status)
SELECT DISTINCT ON (point.value, point.channel) f.at, point.channel, point.value, f.body ->> 'status'
FROM facts f
LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
LEFT JOIN guarantors g ON g.practice_id = f.practice_id
    AND (g.guarantor_id = f.guarantor_id OR (f.guarantor_id IS NULL AND g.id = b.guarantor))
LEFT JOIN facts described ON described.id = g.described_by
CROSS JOIN LATERAL (
    SELECT t.channel, t.value FROM touches t WHERE t.touch_id = f.body ->> 'touch_id'
    UNION
    SELECT split_part(word, ' ', 1), lower(substring(word FROM '[^ ]+$'))
    FROM json_array_elements_text(described.body -> 'guarantor' -> 'points') AS word
    WHERE f.body ->> 'touch_id' IS NULL
) AS point
WHERE f.id = ANY ($1::bigint[]) AND f.kind = 'delivery_failed' AND f.body ->> 'status' <> 'usable'
    AND point.channel = f.body ->> 'channel'
ORDER BY point.value, point.channel, f.at DESC
ON CONFLICT (value, channel) DO UPDATE
SET status = CASE WHEN known.status IN ('opted_out', 'complained') THEN known.status ELSE excluded.status END,
    since = greatest(known.since, excluded.since)

-- name: lift_stops
-- A person let the agent speak again: by a request about the case that says why, or by answering the very question about the stop.
-- What the guarantor asked for themselves ends when they say so, and a wish for no contact at all when they wrote so (R-17).
DELETE FROM stops
USING facts f
JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
JOIN guarantors g ON g.id = b.guarantor
LEFT JOIN tasks t ON t.practice_id = f.practice_id AND t.task_id = f.body ->> 'task_id'
WHERE f.id = ANY ($1::bigint[])
    AND ((f.kind = 'outreach_resumed' AND f.body ->> 'because' <> '') OR (f.kind = 'task_resolved' AND f.body ->> 'outcome' = 'resume' AND t.kind = CASE stops.kind
        WHEN 'guarantor_deceased' THEN 'deceased' WHEN 'bankruptcy_filed' THEN 'bankruptcy'
        WHEN 'attorney_represents' THEN 'attorney' WHEN 'confidential_requested' THEN 'confidential' ELSE 'cease' END))
    AND stops.practice_id = g.practice_id AND stops.guarantor_id = g.guarantor_id
    AND (stops.kind <> 'contact_stopped' OR (stops.channel IS NULL AND EXISTS (
        SELECT FROM consents c
        WHERE c.practice_id = g.practice_id AND c.guarantor_id = g.guarantor_id AND c.status = 'granted'
            AND c.means IN ('form', 'portal', 'text', 'email') AND c.given_at > stops.since)))

-- name: note_replies
-- Remember when a person last wrote: after it the agent is silent for a while.
UPDATE guarantors g
SET last_reply_at = greatest(g.last_reply_at, latest.at)
FROM (
    SELECT coalesce(b.guarantor, known.id) AS guarantor, max(least(f.at, f.received_at)) AS at
    FROM facts f
    LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
    LEFT JOIN guarantors known ON known.practice_id = f.practice_id AND known.guarantor_id = f.guarantor_id
    WHERE f.id = ANY ($1::bigint[]) AND f.kind = 'reply_received'
    GROUP BY 1
) AS latest
WHERE g.id = latest.guarantor

-- name: answered_by_banks
-- A bank has closed every question it had about a balance: their tasks are over, unless a person has taken one up.
UPDATE tasks t
SET note = concat_ws(E'\n', t.note, 'The bank has closed it: ' || replace(f.body ->> 'outcome', '_', ' ') || '.'),
    status = CASE t.status WHEN 'open' THEN 'resolved' ELSE t.status END,
    outcome = CASE t.status WHEN 'open' THEN 'done' ELSE t.outcome END,
    resolved_by = CASE t.status WHEN 'open' THEN 'agent' ELSE t.resolved_by END,
    resolved_at = CASE t.status WHEN 'open' THEN f.received_at ELSE t.resolved_at END
FROM facts f
JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
WHERE f.id = ANY ($1::bigint[]) AND f.kind = 'dispute_closed'
    AND t.balance = b.id AND t.kind IN ('chargeback', 'inquiry') AND t.status <> 'resolved'
    AND NOT EXISTS (
        SELECT FROM fact_deliveries d
        JOIN facts raised ON raised.id = d.fact
        WHERE d.balance = b.id AND raised.kind = 'dispute_raised' AND raised.body ->> 'about' IN ('chargeback', 'inquiry')
            AND raised.fact_id <> f.body ->> 'dispute_fact_id' AND NOT EXISTS (
                SELECT FROM fact_deliveries e
                JOIN facts closed ON closed.id = e.fact
                WHERE e.balance = b.id AND closed.kind = 'dispute_closed'
                    AND closed.body ->> 'dispute_fact_id' = raised.fact_id))

-- name: reached
-- Which balances facts that were reported before have reached.
SELECT f.id, f.practice_id, f.fact_id, array_remove(array_agg(b.balance_id ORDER BY b.id), NULL) AS balance_ids
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS again (practice_id, fact_id)
JOIN facts f ON f.practice_id = again.practice_id AND f.fact_id = again.fact_id
LEFT JOIN fact_deliveries d ON d.fact = f.id AND f.balance_id IS NULL
LEFT JOIN balances b ON b.id = d.balance OR (b.practice_id = f.practice_id AND b.balance_id = f.balance_id)
GROUP BY f.id

-- name: lease
-- Take facts that are still to be delivered, in their order, away from other relays for a while; texts stay here.
WITH taken AS (
    UPDATE fact_deliveries
    SET due_at = clock_timestamp() + make_interval(secs => $2)
    WHERE (balance, fact) IN (
        SELECT balance, fact
        FROM fact_deliveries
        WHERE heard_at IS NULL AND undeliverable IS NULL AND due_at < clock_timestamp()
        ORDER BY id
        LIMIT $1
        FOR UPDATE SKIP LOCKED)
    RETURNING id, fact, balance)
SELECT t.id, t.fact, t.balance, b.balance_id AS to_balance, f.at, f.amount_cents, f.practice_id, f.fact_id, f.kind,
    f.source, f.balance_id, f.guarantor_id,
    CASE WHEN f.kind IN ('reply_received', 'staff_note') THEN (f.body::jsonb - 'text' - 'letter')::json ELSE f.body END AS body
FROM taken t
JOIN facts f ON f.id = t.fact
JOIN balances b ON b.id = t.balance
ORDER BY t.id

-- name: delivered
-- The engine has taken these facts.
UPDATE fact_deliveries SET due_at = NULL
WHERE (balance, fact) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])) AND due_at IS NOT NULL

-- name: put_back
-- These could not be handed over just now; any relay may try at once.
UPDATE fact_deliveries SET due_at = '-infinity'
WHERE (balance, fact) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])) AND due_at IS NOT NULL

-- name: undeliverable
-- This fact was given up for this balance.
UPDATE fact_deliveries SET undeliverable = $3, due_at = NULL WHERE balance = $1 AND fact = $2

-- name: silence
-- What is known about these contact points, which of these persons have stopped which channels, and what they have
-- agreed to at which points.
SELECT channel || ':' || value AS point, status, NULL AS practice_id, NULL AS guarantor_id, NULL AS channel, since
FROM suppressions
WHERE (value, channel) IN (
    SELECT substr(word, strpos(word, ':') + 1), split_part(word, ':', 1) FROM unnest($1::text[]) AS word)
UNION ALL
SELECT NULL, NULL, practice_id, guarantor_id, coalesce(channel, ''), since
FROM stops
WHERE kind = 'contact_stopped'
    AND (practice_id, guarantor_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
UNION ALL
SELECT channel || ':' || value, NULL, practice_id, guarantor_id, channel, given_at
FROM consents
WHERE status = 'granted' AND purpose = 'billing'
    AND (practice_id, guarantor_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))

-- name: open_balances_of_contact
-- Who writes from this number or address, and what they still owe.
SELECT g.practice_id, g.guarantor_id, array_agg(b.balance_id ORDER BY b.id) AS balance_ids
FROM guarantors g
JOIN balances b ON b.guarantor = g.id
LEFT JOIN cases c ON c.balance = b.id
WHERE g.reach @> ARRAY[hashtextextended($1, 0)] AND c.stage IS DISTINCT FROM 'closed'
GROUP BY g.id
ORDER BY g.id

-- name: touch_target
-- Whom a touch was meant for.
SELECT b.practice_id, b.balance_id, g.guarantor_id, t.value AS sent_to
FROM touches t
JOIN balances b ON b.id = t.balance
JOIN guarantors g ON g.id = t.guarantor
WHERE t.touch_id = $1
ORDER BY t.id DESC
LIMIT 1

-- name: balance_of_payment
-- The balance a payment was recorded for, or each of several that it paid at once, in their order; the payment's fact
-- id comes from the vendor's own reference, with the place of the part behind it.
SELECT practice_id, balance_id, amount_cents, fact_id <> $1 AS part
FROM facts
WHERE fact_id IN (SELECT $1 UNION ALL SELECT $1 || '.' || place FROM generate_series(1, 40) AS place)
    AND kind = 'payment_recorded'
ORDER BY length(fact_id), fact_id

-- name: taken_back
-- What refunds and disputes took of each part of a joint payment, as it was recorded.
SELECT regexp_replace(f.fact_id, '\.[0-9]+$', '') AS name, place, f.amount_cents AS cents,
    EXISTS (
        SELECT FROM fact_deliveries e JOIN facts again ON again.id = e.fact
        WHERE e.balance = b.id AND again.kind = 'payment_recorded' AND again.body ->> 'undoes' = f.fact_id) AS undone
FROM generate_series(1, 40) AS place
JOIN facts paid ON paid.practice_id = $1 AND paid.fact_id = $2 || '.' || place AND paid.kind = 'payment_recorded'
JOIN balances b ON b.practice_id = $1 AND b.balance_id = paid.balance_id
JOIN fact_deliveries d ON d.balance = b.id
JOIN facts f ON f.id = d.fact AND f.kind = 'payment_reversed' AND f.body ->> 'payment_fact_id' = paid.fact_id
ORDER BY f.id

-- name: balances_of_card
-- What a card on file serves: an event about a card names nothing else. Closed cases have nothing to learn from it.
SELECT f.practice_id, f.balance_id
FROM facts f
LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
LEFT JOIN cases c ON c.balance = b.id
WHERE f.kind = 'card_enrolled' AND f.body -> 'card' ->> 'payment_method_id' = $1 AND c.stage IS DISTINCT FROM 'closed'
GROUP BY f.practice_id, f.balance_id
ORDER BY min(f.id)
