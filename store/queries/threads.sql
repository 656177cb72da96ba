-- Queries of threads.py: which balance a reply is about.

-- name: of_contact
-- For each practice the balance last written about at this number or address; a closed one only for somebody who
-- owes nothing else: what they write may be about what they paid.
SELECT DISTINCT ON (b.practice_id) b.practice_id, b.balance_id, g.guarantor_id
FROM touches t
JOIN balances b ON b.id = t.balance
JOIN guarantors g ON g.id = b.guarantor
LEFT JOIN cases c ON c.balance = b.id
WHERE t.value = $2 AND t.channel = $1 AND (t.outreach OR t.message = 'plan_terms') AND t.status <> 'refused'
    AND (c.stage IS DISTINCT FROM 'closed' OR NOT EXISTS (
        SELECT FROM balances o LEFT JOIN cases oc ON oc.balance = o.id
        WHERE o.guarantor = g.id AND oc.stage IS DISTINCT FROM 'closed'))
ORDER BY b.practice_id, c.stage IS DISTINCT FROM 'closed' DESC, t.tried_at DESC

-- name: of_token
-- The balance of the e-mail that carried this word in its reply address.
SELECT b.practice_id, b.balance_id, g.guarantor_id
FROM touches t
JOIN balances b ON b.id = t.balance
JOIN guarantors g ON g.id = b.guarantor
WHERE t.thread = $1

-- name: spoken_of
-- The balances that a reply may be about: those that messages about bills spoke of, there and lately, since the person
-- wrote last (pieces of one reply apart), when they are several and one of them is the balance that was found.
SELECT o.balance_id, (m.responsibility_cents - m.paid_cents)::integer AS outstanding_cents, (
        SELECT f.body ->> 'service_date' FROM facts f
        WHERE f.practice_id = o.practice_id AND f.balance_id = o.balance_id AND f.kind = 'balance_posted'
        ORDER BY f.at DESC, f.fact_id COLLATE "C" DESC LIMIT 1) AS service_date
FROM balances b
JOIN guarantors g ON g.id = b.guarantor
JOIN balances o ON o.guarantor = g.id AND o.practice_id = b.practice_id
LEFT JOIN cases c ON c.balance = o.id
CROSS JOIN LATERAL money_of(o.id) AS m
WHERE b.practice_id = $1 AND b.balance_id = $2 AND c.stage IS DISTINCT FROM 'closed'
    AND m.responsibility_cents > m.paid_cents
    AND EXISTS (
        SELECT FROM touches t
        WHERE t.guarantor = g.id AND t.channel = $3 AND t.outreach AND t.status <> 'refused'
            AND t.message = ANY ($4::text[]) AND t.tried_at <= $5 AND t.tried_at > $5 - make_interval(days => $6)
            AND (g.last_reply_at IS NULL OR t.tried_at > g.last_reply_at OR g.last_reply_at > $5 - make_interval(hours => 1))
            AND (t.balance = o.id OR t.proof -> 'family' @> jsonb_build_array(jsonb_build_object('balance_id', o.balance_id))))
ORDER BY o.id

-- name: of_person
-- The balance last written about, the latest one where nothing was written yet; an open one before a closed one.
SELECT b.balance_id
FROM guarantors g
JOIN balances b ON b.guarantor = g.id
LEFT JOIN cases c ON c.balance = b.id
LEFT JOIN LATERAL (
    SELECT max(t.tried_at) AS at FROM touches t WHERE t.balance = b.id AND (t.outreach OR t.message = 'plan_terms') AND t.status <> 'refused'
) AS written ON true
WHERE g.practice_id = $1 AND g.guarantor_id = $2
ORDER BY c.stage IS DISTINCT FROM 'closed' DESC, written.at DESC NULLS LAST, b.id DESC
LIMIT 1
