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
