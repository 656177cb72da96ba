-- Queries of pay_links.py: from a balance to its code, and from a code to what the payment page shows.

-- name: code_for
-- The code of a balance's payment page.
SELECT pay_code FROM balances WHERE practice_id = $1 AND balance_id = $2

-- name: open
-- What the page behind a code shows; a revoked code is known, but opens nothing.
WITH behind AS (
    SELECT id AS balance, false AS revoked FROM balances
    WHERE hashtextextended(pay_code, 0) = hashtextextended($1, 0) AND pay_code = $1
    UNION ALL
    SELECT balance, true FROM revoked_codes WHERE pay_code = $1)
SELECT b.practice_id, b.balance_id, behind.revoked,
    described.body -> 'guarantor' ->> 'first_name' AS first_name,
    coalesce(described.body -> 'guarantor' ->> 'language', 'en') AS language,
    money.responsibility_cents, money.paid_cents, c.stage,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'amount_cents', f.amount_cents, 'at', f.at,
                'where', f.body ->> 'where') ORDER BY f.at, f.id), '[]')
     FROM fact_deliveries d JOIN facts f ON f.id = d.fact
     WHERE d.balance = b.id AND f.kind IN ('payment_recorded', 'payment_reversed')) AS payments,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('code', o.pay_code, 'cents', m.responsibility_cents - m.paid_cents,
                'balance_id', o.balance_id, 'older', o.id < b.id,
                'joins', oc.plan -> 'plan' ->> 'status' IS DISTINCT FROM 'active' AND coalesce((in_words(oc.rule))[1], '') NOT IN (
                    'permanent_stop', 'protected', 'not_collectable', 'claim_open', 'contested'))
                ORDER BY o.id), '[]')
     FROM balances o
     LEFT JOIN cases oc ON oc.balance = o.id
     CROSS JOIN LATERAL money_of(o.id) AS m
     WHERE o.guarantor = b.guarantor AND o.practice_id = b.practice_id AND o.id <> b.id
        AND oc.stage IS DISTINCT FROM 'closed' AND m.responsibility_cents > m.paid_cents
        AND NOT EXISTS (
            SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
            WHERE d.balance = o.id AND f.kind = 'balance_posted' AND f.body ->> 'sensitive' = 'true')) AS others
FROM behind
JOIN balances b ON b.id = behind.balance
JOIN guarantors g ON g.id = b.guarantor
JOIN facts described ON described.id = g.described_by
LEFT JOIN cases c ON c.balance = b.id
CROSS JOIN LATERAL money_of(b.id) AS money

-- name: revoke
-- Take a code out of use and give its balance another one.
WITH taken AS (
    SELECT id FROM balances
    WHERE hashtextextended(pay_code, 0) = hashtextextended($1, 0) AND pay_code = $1
    FOR UPDATE
), kept AS (
    INSERT INTO revoked_codes (pay_code, balance, revoked_at)
    SELECT $1, id, $3 FROM taken
    ON CONFLICT DO NOTHING)
UPDATE balances b SET pay_code = $2 FROM taken WHERE b.id = taken.id
RETURNING b.id

-- name: knock
-- Count one knock of a visitor; a new stretch of time begins when the last one is over.
INSERT INTO knocks AS known (visitor, until, count)
VALUES ($1, $3, 1)
ON CONFLICT (visitor) DO UPDATE
SET count = CASE WHEN known.until <= $2 THEN 1 ELSE known.count + 1 END,
    until = CASE WHEN known.until <= $2 THEN excluded.until ELSE known.until END
RETURNING count

-- name: forget_knocks
-- Forget visitors whose stretch of time is long over.
DELETE FROM knocks WHERE until < $1
