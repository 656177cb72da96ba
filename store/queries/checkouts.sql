-- Queries of checkouts.py: hosted pages that were opened, and what was agreed to before a card was taken.

-- name: keep
-- Remember a page; the same page again changes nothing.
WITH page AS (
    INSERT INTO checkouts (session_id, balance, created_at, amount_cents)
    SELECT $1, id, $5, $4 FROM balances WHERE practice_id = $2 AND balance_id = $3
    ON CONFLICT (session_id) DO UPDATE SET session_id = excluded.session_id
    RETURNING session_id
), shares AS (
    INSERT INTO checkout_shares (session_id, balance, amount_cents)
    SELECT page.session_id, b.id, share.amount_cents
    FROM page CROSS JOIN unnest($6::text[], $7::integer[]) AS share (balance_id, amount_cents)
    JOIN balances b ON b.practice_id = $2 AND b.balance_id = share.balance_id
    ON CONFLICT DO NOTHING)
SELECT session_id FROM page

-- name: keep_consent
-- Remember a page for a card and the words agreed to; the first consent for a page stands.
WITH page AS (
    INSERT INTO checkouts (session_id, balance, created_at, mode, plan_id)
    SELECT $1, id, $5, 'setup', $4 FROM balances WHERE practice_id = $2 AND balance_id = $3
    ON CONFLICT (session_id) DO UPDATE SET session_id = excluded.session_id
    RETURNING session_id, balance
), consent AS (
    INSERT INTO card_consents (balance, agreed_at, session_id, plan_id, language, purpose, text_version, text_sha256,
        words, terms)
    SELECT balance, $5, session_id, $4, $6, $7, $8, $9, $10, $11 FROM page
    ON CONFLICT (session_id) DO NOTHING)
SELECT session_id FROM page

-- name: find
-- Which balance a page was opened for.
SELECT c.session_id, b.practice_id, b.balance_id, c.amount_cents, c.created_at, c.plan_id
FROM checkouts c
JOIN balances b ON b.id = c.balance
WHERE c.session_id = $1

-- name: others
-- Other pages on which money could still be paid for a balance of this one.
WITH mine AS (
    SELECT balance FROM checkouts WHERE session_id = $1
    UNION
    SELECT balance FROM checkout_shares WHERE session_id = $1)
SELECT c.session_id, b.practice_id, b.balance_id, c.amount_cents, c.created_at, c.plan_id
FROM checkouts c
JOIN balances b ON b.id = c.balance
WHERE c.session_id <> $1 AND c.mode = 'payment' AND c.ended_at IS NULL AND c.created_at > $2
    AND (c.balance IN (SELECT balance FROM mine) OR EXISTS (
        SELECT FROM checkout_shares s WHERE s.session_id = c.session_id AND s.balance IN (SELECT balance FROM mine)))
ORDER BY c.created_at, c.session_id

-- name: outdated
-- Pages that still ask for more than is owed: paying on one would be too much.
SELECT c.session_id, b.practice_id, b.balance_id, c.amount_cents, c.created_at, c.plan_id
FROM checkouts c
JOIN balances b ON b.id = c.balance
WHERE c.mode = 'payment' AND c.ended_at IS NULL AND c.created_at > $1
    AND EXISTS (
        SELECT
        FROM (
            SELECT s.balance, s.amount_cents FROM checkout_shares s WHERE s.session_id = c.session_id
            UNION ALL
            SELECT c.balance, c.amount_cents
            WHERE NOT EXISTS (SELECT FROM checkout_shares s WHERE s.session_id = c.session_id)
        ) AS share
        CROSS JOIN LATERAL money_of(share.balance) AS money
        WHERE share.amount_cents > money.responsibility_cents - money.paid_cents)
ORDER BY c.created_at, c.session_id

-- name: ended
-- Nobody can pay on this page any more.
UPDATE checkouts SET ended_at = $2 WHERE session_id = $1 AND ended_at IS NULL

-- name: closed
-- How many pages of a balance were closed.
SELECT count(*)
FROM checkouts c
JOIN balances b ON b.id = c.balance
WHERE b.practice_id = $1 AND b.balance_id = $2 AND c.ended_at IS NOT NULL

-- name: authorizations
-- Consents with the card each led to: the first one put on file for the plan afterwards, before the next consent.
SELECT k.session_id, k.plan_id, k.agreed_at, k.language, k.purpose, k.text_version, k.text_sha256, k.words, k.terms,
    coalesce(card.body -> 'card' ->> 'last4', '') AS last4, coalesce(card.body -> 'card' ->> 'brand', '') AS brand,
    coalesce(card.body ->> 'authorization', '') AS reference, card.at AS authorized_at
FROM balances b
JOIN (SELECT *, lead(date_trunc('second', agreed_at)) OVER (PARTITION BY balance, plan_id ORDER BY agreed_at, id) AS next_at
      FROM card_consents) k ON k.balance = b.id
LEFT JOIN LATERAL (
    SELECT f.at, f.body
    FROM facts f
    WHERE f.practice_id = b.practice_id AND f.balance_id = b.balance_id AND f.kind = 'card_enrolled'
        AND f.body ->> 'plan_id' = k.plan_id AND f.at >= date_trunc('second', k.agreed_at) AND (k.next_at IS NULL OR f.at < k.next_at)
    ORDER BY f.at, f.id
    LIMIT 1) card ON true
WHERE b.practice_id = $1 AND b.balance_id = $2
ORDER BY k.agreed_at, k.id

-- name: idle_cards
-- Cards that serve no plan any more: it is over, or the patient stopped the charges; those already dropped are left out.
SELECT c.plan -> 'mandate' -> 'card' AS card
FROM cases c
WHERE c.plan -> 'mandate' ->> 'since' IS NOT NULL AND c.plan -> 'mandate' ->> 'removed_at' IS NULL
    AND (c.stage = 'closed' OR c.plan -> 'mandate' ->> 'stopped_at' IS NOT NULL OR c.plan -> 'plan' ->> 'status' <> 'active')
    AND NOT EXISTS (
        SELECT FROM forgotten_cards f WHERE f.payment_method_id = c.plan -> 'mandate' -> 'card' ->> 'payment_method_id')

-- name: forgotten
-- The processor was asked to drop a card.
INSERT INTO forgotten_cards (payment_method_id, forgotten_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
