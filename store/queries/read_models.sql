-- Queries of read_models.py: what people are shown about balances.

-- name: cases
-- Balances in the order of their ids, with where they stand and the decision behind it.
SELECT b.practice_id, b.balance_id, coalesce(c.stage, 'evaluating') AS stage,
    money.responsibility_cents - money.paid_cents AS outstanding_cents, money.responsibility_cents, money.paid_cents,
    coalesce(c.needs_staff, false) AS needs_staff, c.close_reason, c.next_step_at, c.decided_at,
    (in_words(c.policy_version))[1] AS policy_version, c.step AS next_step, in_words(c.because) AS because, (in_words(c.rule))[1] AS rule
FROM balances b
LEFT JOIN cases c ON c.balance = b.id
CROSS JOIN LATERAL money_of(b.id) AS money
WHERE ($1::text IS NULL OR b.practice_id = $1)
    AND ($2::text IS NULL OR coalesce(c.stage, 'evaluating') = $2)
    AND ($4::text IS NULL OR (b.practice_id, b.balance_id) > ($4, $5))
    AND ($6::text IS NULL OR b.balance_id = $6)
ORDER BY b.practice_id, b.balance_id
LIMIT $3

-- name: timeline
-- Everything that happened to a balance, was decided about it and done for it, oldest first. Of one moment: what
-- happened, what was decided for now, what was done, and last what was decided for later.
WITH balance AS (
    SELECT id, guarantor FROM balances WHERE practice_id = $1 AND balance_id = $2), touched AS (
    SELECT t.* FROM balance b JOIN touches t ON t.balance = b.id
    UNION ALL
    SELECT t.* FROM balance b JOIN touches t ON t.guarantor = b.guarantor AND t.balance IS NULL), untouched AS (
    SELECT u.* FROM balance b JOIN unsent u ON u.balance = b.id
    UNION ALL
    SELECT u.* FROM balance b JOIN unsent u ON u.guarantor = b.guarantor AND u.balance IS NULL)
SELECT f.at, 1 AS place, f.id, 'fact' AS origin, f.kind,
    f.body::jsonb || jsonb_build_object('amount_cents', f.amount_cents, 'fact_id', f.fact_id, 'source', f.source)
        || jsonb_strip_nulls(jsonb_build_object('because',
            'Answered by ' || t.resolved_by || coalesce(': ' || nullif(t.note, ''), '.'))) AS detail
FROM balance b JOIN fact_deliveries h ON h.balance = b.id JOIN facts f ON f.id = h.fact
LEFT JOIN tasks t ON f.kind = 'task_resolved' AND t.balance = b.id AND t.task_id = f.body::jsonb ->> 'task_id'
UNION ALL
SELECT d.decided_at, CASE WHEN d.act_at > d.decided_at THEN 6 ELSE 2 END, d.id, 'decision', d.step ->> 'kind',
    jsonb_build_object('step', d.step, 'because', d.because, 'act_at', d.act_at, 'rule', d.rule)
FROM balance b JOIN decisions d ON d.balance = b.id
UNION ALL
SELECT coalesce(t.resolved_at, t.tried_at), 3, t.id, 'touch', t.status,
    jsonb_build_object('message', t.message, 'channel', t.channel, 'because', t.refused_because, 'words', t.words,
        'proof', t.proof || jsonb_build_object('touch_id', t.touch_id, 'provider_id', t.provider_id,
            'text_hash', t.text_hash, 'first_tried_at', t.claimed_at, 'agent', t.agent))
FROM touched t
UNION ALL
SELECT l.printed_at, 4, t.id, 'touch', 'printed',
    jsonb_build_object('channel', t.channel, 'because', 'Printed by ' || l.printed_by || '.',
        'proof', jsonb_build_object('touch_id', t.touch_id, 'printed_by', l.printed_by))
FROM touched t JOIN letters l ON l.touch = t.id
WHERE l.printed_at IS NOT NULL
UNION ALL
SELECT u.last_asked_at, 3, u.id, 'unsent', 'unsent',
    jsonb_build_object('message', u.message, 'channel', u.channel, 'because', u.because,
        'proof', u.proof || jsonb_build_object('touch_id', u.touch_id, 'agent', u.agent, 'not_before', u.not_before,
            'first_asked_at', u.asked_at, 'times', u.times))
FROM untouched u
UNION ALL
SELECT coalesce(p.confirmed_at, p.sent_at), 4, p.id, 'posting', p.state,
    jsonb_build_object('amount_cents', p.amount_cents, 'because', p.because,
        'proof', jsonb_build_object('external_id', p.external_id, 'reference', p.reference, 'tries', p.tries))
FROM balance b JOIN postings p ON p.balance = b.id
UNION ALL
SELECT t.opened_at, 5, t.id, 'task', t.kind,
    jsonb_build_object('summary', t.summary, 'status', t.status, 'claimed_by', t.claimed_by,
        'proof', jsonb_build_object('task_id', t.task_id, 'due_at', t.due_at, 'resolved_at', t.resolved_at,
            'resolved_by', t.resolved_by, 'outcome', t.outcome))
FROM balance b JOIN tasks t ON t.balance = b.id
UNION ALL
SELECT r.at, 1, f.id, 'reading', 'reading',
    jsonb_build_object('reply_fact_id', f.fact_id, 'intents', r.intents, 'action', r.action, 'slots', r.slots,
        'confidence', r.confidence, 'abstain', r.abstain, 'reader', r.reader)
FROM balance b JOIN readings r ON r.balance = b.id JOIN facts f ON f.id = r.reply
UNION ALL
SELECT c.at, 1, c.id, 'correction', 'correction',
    jsonb_build_object('reply_fact_id', f.fact_id, 'intents', c.intents, 'action', c.action, 'who', c.who,
        'reader', c.reader)
FROM balance b JOIN fact_deliveries d ON d.balance = b.id JOIN reply_corrections c ON c.reply = d.fact
JOIN facts f ON f.id = c.reply
ORDER BY at, place, id
