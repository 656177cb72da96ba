-- Queries of plain_facts.py: facts that concern one known balance and nothing else.

-- name: keep_plain
-- Keep each fact once and put it on the way to its balance; none of them when a balance among them is not known.
WITH given AS MATERIALIZED (
    SELECT f.*, b.id AS balance
    FROM unnest($2::timestamptz[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[]) WITH ORDINALITY
        AS f (at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body, place)
    LEFT JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
), new AS (
    INSERT INTO facts (at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
    SELECT at, $1, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body::json
    FROM given
    WHERE NOT EXISTS (SELECT FROM given WHERE balance IS NULL)
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING id, practice_id, fact_id
), delivered AS (
    INSERT INTO fact_deliveries (fact, balance)
    SELECT n.id, g.balance
    FROM new n JOIN given g ON g.practice_id = n.practice_id AND g.fact_id = n.fact_id
    ORDER BY n.id)
SELECT n.practice_id, n.fact_id, n.id, g.balance
FROM new n JOIN given g ON g.practice_id = n.practice_id AND g.fact_id = n.fact_id
ORDER BY n.id
