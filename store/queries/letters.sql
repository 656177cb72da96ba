-- Queries of letters.py: letters that lie ready for print, and what becomes of them.

-- name: lay
-- A claimed touch becomes a letter; the same again changes nothing.
INSERT INTO letters (touch, recipient, words, link, language)
SELECT t.id, $2, $3, $4, $5 FROM touches t WHERE t.touch_id = $1 AND t.status = 'claimed'
ON CONFLICT DO NOTHING

-- name: laid
-- The letter of a touch that was not refused.
SELECT l.touch FROM letters l JOIN touches t ON t.id = l.touch WHERE t.touch_id = $1 AND t.status <> 'refused'

-- name: waiting
-- Letters of a practice (or of each) that lie ready, oldest first, with what has come since that speaks against each.
SELECT t.touch_id, g.practice_id, b.balance_id, t.resolved_at AS written_at, l.recipient, l.words, l.link, l.language,
    coalesce(t.proof -> 'family', '[]') AS family,
    (SELECT s.because FROM silences s
     WHERE s.released_at IS NULL AND coalesce(s.practice_id, g.practice_id) = g.practice_id
        AND coalesce(s.agent, t.agent) = t.agent AND coalesce(s.channel, t.channel) = t.channel
        AND coalesce(s.message, t.message) = t.message
     ORDER BY s.id LIMIT 1) AS silenced,
    EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND coalesce(s.channel, t.channel) = t.channel
    ) OR EXISTS (SELECT FROM suppressions s WHERE s.value = t.value AND s.channel = t.channel) AS stopped,
    coalesce(c.stage, 'evaluating') AS stage,
    coalesce(g.last_reply_at > t.resolved_at, false) AS replied,
    money.responsibility_cents - money.paid_cents <> (t.proof ->> 'outstanding_cents')::integer OR EXISTS (
        SELECT FROM jsonb_array_elements(coalesce(t.proof -> 'family', '[]')) AS kin
        JOIN balances o ON o.practice_id = g.practice_id AND o.balance_id = kin ->> 'balance_id'
        CROSS JOIN LATERAL money_of(o.id) AS m
        WHERE m.responsibility_cents - m.paid_cents <> (kin ->> 'outstanding_cents')::integer) AS otherwise
FROM letters l
JOIN touches t ON t.id = l.touch
JOIN guarantors g ON g.id = t.guarantor
JOIN balances b ON b.id = t.balance
LEFT JOIN cases c ON c.balance = b.id
CROSS JOIN LATERAL money_of(b.id) AS money
WHERE l.printed_at IS NULL AND l.withdrawn_because IS NULL AND t.status = 'accepted'
    AND ($1::text IS NULL OR g.practice_id = $1)
ORDER BY t.resolved_at, t.id

-- name: overdue
-- Letters of a practice that were written before a moment and that nobody has printed.
SELECT count(*) AS letters, min(t.resolved_at) AS oldest, max(t.resolved_at) AS newest
FROM letters l
JOIN touches t ON t.id = l.touch
JOIN guarantors g ON g.id = t.guarantor
WHERE l.printed_at IS NULL AND l.withdrawn_because IS NULL AND t.status = 'accepted' AND g.practice_id = $1
    AND t.resolved_at < $2

-- name: told
-- Unfinished tasks that say so.
SELECT task_id FROM tasks WHERE practice_id = $1 AND kind = 'letters_waiting' AND status <> 'resolved'

-- name: withdraw
-- It never leaves: its touch counts no more. Answers nothing when it was printed meanwhile.
WITH taken_back AS (
    UPDATE letters l SET withdrawn_because = $2
    FROM touches t
    WHERE t.id = l.touch AND t.touch_id = $1 AND t.status = 'accepted' AND l.printed_at IS NULL AND l.withdrawn_because IS NULL
    RETURNING l.touch)
UPDATE touches t SET status = 'refused', refused_because = $2, provider_id = NULL, text_hash = NULL
FROM taken_back WHERE t.id = taken_back.touch
RETURNING t.id

-- name: printed
-- A person has printed these; those that were withdrawn or printed before are left as they are.
UPDATE letters l SET printed_at = $2, printed_by = $3
FROM touches t
WHERE t.id = l.touch AND t.touch_id = ANY ($1::text[]) AND t.status = 'accepted' AND l.printed_at IS NULL
    AND l.withdrawn_because IS NULL
RETURNING t.touch_id

-- name: of
-- A letter by its touch, with who it was for.
SELECT g.practice_id, b.balance_id, l.recipient, l.printed_at
FROM letters l
JOIN touches t ON t.id = l.touch
JOIN guarantors g ON g.id = t.guarantor
JOIN balances b ON b.id = t.balance
WHERE t.touch_id = $1 AND t.status = 'accepted'
