-- Queries of case_book.py: what a case has not heard yet, and what it has decided.

-- name: news
-- Facts on the way to a balance that its case has not folded in. A case remembers only its newest ids; what it
-- heard before the oldest of them is not news either. Last come the plans that pay other balances of the same person,
-- as their cases have recorded them; one that has ended is news only where it was heard of.
WITH known AS (
    SELECT d.id, d.fact, d.heard_at, f.fact_id = ANY ($3::text[]) AS handled
    FROM balances b
    JOIN fact_deliveries d ON d.balance = b.id
    JOIN facts f ON f.id = d.fact
    WHERE b.practice_id = $1 AND b.balance_id = $2)
SELECT k.id, f.at, f.amount_cents, f.practice_id, f.fact_id, f.kind, f.source, f.balance_id, f.guarantor_id,
    CASE WHEN f.kind IN ('reply_received', 'staff_note') THEN (f.body::jsonb - 'text' - 'letter')::json ELSE f.body END AS body
FROM known k
JOIN facts f ON f.id = k.fact
WHERE NOT k.handled
    AND (cardinality($3::text[]) < $4 OR k.heard_at IS NULL
         OR k.heard_at > (SELECT min(heard_at) FROM known WHERE handled))
UNION ALL
SELECT NULL, p.at, NULL, $1, p.name || p.state, 'plan_beside', 'agent', $2, NULL,
    json_build_object('other_balance_id', p.balance_id, 'plan_id', p.plan ->> 'plan_id', 'running', p.state = 'on',
        'installments', p.plan -> 'installments', 'joins', coalesce(p.plan ->> 'joins', ''))
FROM (
    SELECT o.balance_id, c.decided_at AS at, c.plan -> 'plan' AS plan,
        'beside.' || (c.plan -> 'plan' ->> 'plan_id') || '.' || (c.plan -> 'plan' ->> 'revision') || '.' AS name,
        CASE WHEN c.stage = 'on_plan' AND c.plan -> 'plan' ->> 'status' = 'active' THEN 'on' ELSE 'over' END AS state
    FROM balances b
    JOIN balances o ON o.guarantor = b.guarantor AND o.id <> b.id
    JOIN cases c ON c.balance = o.id
    WHERE b.practice_id = $1 AND b.balance_id = $2 AND c.plan IS NOT NULL) AS p
WHERE p.name || p.state <> ALL ($3::text[]) AND (p.state = 'on' OR p.name || 'on' = ANY ($3::text[]))
ORDER BY 1

-- name: record
-- Keep a decision that differs from the one before, say where the case stands, and mark its facts as heard.
WITH balance AS (
    SELECT id FROM balances WHERE practice_id = $1 AND balance_id = $2
), last AS (
    SELECT c.*, c.step::jsonb = $7::text::jsonb AND c.because = $8 AND c.next_step_at IS NOT DISTINCT FROM $4 AS same
    FROM balance b
    JOIN cases c ON c.balance = b.id
), past AS (
    INSERT INTO past_decisions (balance, decided_at, act_at, outstanding_cents, rule, step, because)
    SELECT balance, coalesce(first_decided_at, decided_at), next_step_at, outstanding_cents, rule, step,
        because
    FROM last
    WHERE NOT same
), heard AS (
    UPDATE fact_deliveries d
    SET heard_at = $3
    FROM balance b, facts f
    WHERE d.balance = b.id AND d.heard_at IS NULL AND d.undeliverable IS NULL AND f.id = d.fact
        AND f.fact_id = ANY ($14::text[])
)
INSERT INTO cases (balance, decided_at, next_step_at, first_decided_at, outstanding_cents, needs_staff, stage,
    policy_version, rule, step, because, close_reason, state, plan)
SELECT b.id, $3, $4, (SELECT nullif(coalesce(first_decided_at, decided_at), $3) FROM last WHERE same), $5, $9,
    $10, $11, $6, $7::text::json, $8, $12, $13, $15
FROM balance b
ON CONFLICT (balance) DO UPDATE
SET decided_at = excluded.decided_at, next_step_at = excluded.next_step_at, first_decided_at = excluded.first_decided_at,
    outstanding_cents = excluded.outstanding_cents, needs_staff = excluded.needs_staff,
    stage = excluded.stage, policy_version = excluded.policy_version, rule = excluded.rule, step = excluded.step,
    because = excluded.because, close_reason = excluded.close_reason, state = excluded.state, plan = excluded.plan
RETURNING balance, (SELECT max(s.id) FROM sign_offs s WHERE s.practice_id = $1) AS signed

-- name: reply_text
-- What a patient wrote.
SELECT coalesce(body ->> 'text', '') FROM facts WHERE practice_id = $1 AND fact_id = $2 AND kind = 'reply_received'

-- name: ledger_read
-- What the practice's own system says about a balance; an older reading never replaces a newer one.
INSERT INTO ledger_readings AS known (balance, read_at, outstanding_cents, collectable, hold_reasons)
SELECT id, $3, $4, $5, $6 FROM balances WHERE practice_id = $1 AND balance_id = $2
ON CONFLICT (balance) DO UPDATE
SET read_at = excluded.read_at, outstanding_cents = excluded.outstanding_cents, collectable = excluded.collectable,
    hold_reasons = excluded.hold_reasons
WHERE known.read_at <= excluded.read_at

-- name: state
-- The state a closed case can be reopened from.
SELECT c.state
FROM cases c
JOIN balances b ON b.id = c.balance
WHERE b.practice_id = $1 AND b.balance_id = $2 AND c.stage = 'closed'

-- name: due
-- Open cases whose next step is due, the longest waiting first.
SELECT b.practice_id, b.balance_id
FROM cases c
JOIN balances b ON b.id = c.balance
WHERE c.next_step_at <= $1 AND c.stage <> 'closed'
ORDER BY c.next_step_at, b.id

-- name: next_due
-- When the next open case has something to do.
SELECT min(next_step_at) FROM cases WHERE next_step_at IS NOT NULL AND stage <> 'closed'

-- name: unsettled
-- How much is on its way and not yet taken into account: facts not heard, webhooks not read.
SELECT (SELECT count(*) FROM fact_deliveries WHERE heard_at IS NULL AND undeliverable IS NULL)
    + (SELECT count(*) FROM inbox WHERE read_at IS NULL AND unreadable IS NULL)

-- name: plan
-- The plan of a balance as its page shows it.
SELECT c.plan FROM cases c JOIN balances b ON b.id = c.balance WHERE b.practice_id = $1 AND b.balance_id = $2
