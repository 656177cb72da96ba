-- Queries of touch_book.py: claiming a touch under locks, and what became of it.

-- name: lock
-- One claim at a time for a person and for a number or address, in one order for all, so that none wait in a circle.
SELECT pg_advisory_xact_lock(least(a, b)), pg_advisory_xact_lock(greatest(a, b))
FROM (SELECT hashtextextended('guarantor:' || $1, 0) AS a, hashtextextended('point:' || $2, 0) AS b) AS keys

-- name: survey
-- All that permits or forbids a touch, as it stands now that the locks are held.
SELECT b.id AS balance, g.id AS guarantor, b.pay_code, money.responsibility_cents - money.paid_cents AS outstanding_cents,
    coalesce(described.body -> 'guarantor' -> 'points', '[]') AS points,
    earlier.id AS earlier_id, earlier.balance AS earlier_balance, earlier.status AS earlier_status,
    earlier.claimed_at AS first_tried_at, earlier.resolved_at AS accepted_at,
    ARRAY(
        SELECT DISTINCT f.kind
        FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = b.id AND f.fact_id <> ALL ($6::text[])
            AND f.kind NOT IN ('staff_note', 'time_passed', 'policy_changed')
            AND (cardinality($6::text[]) < $7 OR d.heard_at IS NULL OR d.heard_at > (
                SELECT min(h.heard_at) FROM fact_deliveries h JOIN facts hf ON hf.id = h.fact
                WHERE h.balance = b.id AND hf.fact_id = ANY ($6::text[])))
    ) AS news,
    (SELECT s.status FROM suppressions s WHERE s.value = $4 AND s.channel = $5) AS point_status,
    EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND s.kind = 'contact_stopped'
            AND coalesce(s.channel, $5) = $5
    ) AS stopped,
    ARRAY(
        SELECT greatest(t.tried_at, t.resolved_at) FROM touches t
        WHERE t.guarantor = g.id AND t.outreach AND t.status <> 'refused' AND t.touch_id <> $3 AND t.local_day >= $8
    ) AS guarantor_touches,
    ARRAY(
        SELECT greatest(t.tried_at, t.resolved_at) FROM touches t
        WHERE t.value = $4 AND t.outreach AND t.status <> 'refused' AND t.touch_id <> $3 AND t.local_day >= $8
    ) AS point_touches,
    (SELECT max(p.last_reply_at) FROM guarantors p WHERE p.id = g.id OR p.reach @> ARRAY[hashtextextended($5 || ':' || $4, 0)]) AS last_reply_at,
    (SELECT r.read_at FROM ledger_readings r WHERE r.balance = b.id) AS ledger_read_at
FROM balances b
JOIN guarantors g ON g.id = b.guarantor
JOIN facts described ON described.id = g.described_by
CROSS JOIN LATERAL money_of(b.id) AS money
LEFT JOIN touches earlier ON earlier.touch_id = $3 AND earlier.status <> 'refused'
WHERE b.practice_id = $1 AND b.balance_id = $2

-- name: insert
-- The claim itself, with the proof that it was permitted.
INSERT INTO touches (balance, guarantor, claimed_at, tried_at, local_day, outreach, touch_id, status, message, channel,
    value, proof)
VALUES ($1, $2, $3, $3, $4, $5, $6, 'claimed', $7, $8, $9, $10)

-- name: again
-- A touch in doubt is tried once more; it counts from its latest try.
UPDATE touches SET tried_at = $2, local_day = $3, proof = $4 WHERE id = $1

-- name: accepted
-- The provider took it.
UPDATE touches
SET status = 'accepted', resolved_at = $3, provider_id = $2, text_hash = $4
WHERE touch_id = $1 AND status = 'claimed'
RETURNING id

-- name: status
-- What has become of a touch that was not refused.
SELECT status FROM touches WHERE touch_id = $1 AND status <> 'refused'

-- name: refused
-- It never left: it does not count, and its place is free again.
UPDATE touches SET status = 'refused', resolved_at = tried_at, refused_because = $2
WHERE touch_id = $1 AND status = 'claimed'

-- name: suppress
-- A number or address has become unusable, for every agent; answers with the latest try on it when this is new.
WITH written AS (
    INSERT INTO suppressions AS known (since, channel, value, status)
    SELECT coalesce(max(t.tried_at), clock_timestamp()), $2, $1, $3 FROM touches t WHERE t.value = $1
    ON CONFLICT (value, channel) DO UPDATE SET status = excluded.status, since = excluded.since
    WHERE known.status <> excluded.status AND known.status NOT IN ('opted_out', 'complained')
    RETURNING since)
SELECT w.since, t.balance AS heard_by, t.touch_id
FROM written w
JOIN LATERAL (
    SELECT balance, touch_id FROM touches WHERE value = $1 ORDER BY tried_at DESC LIMIT 1) AS t ON true

-- name: others_reached_there
-- Persons reached at this number or address who owe something beside the balance that has just heard of it.
SELECT DISTINCT g.practice_id, g.guarantor_id
FROM guarantors g
JOIN balances b ON b.guarantor = g.id
LEFT JOIN cases c ON c.balance = b.id
WHERE g.reach @> ARRAY[hashtextextended($1, 0)] AND c.stage IS DISTINCT FROM 'closed' AND b.id <> $2
ORDER BY 1, 2
