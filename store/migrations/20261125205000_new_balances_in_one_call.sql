-- migrate:up

-- Postings of new balances are kept in one call, as facts about known balances are already: a round trip and a plan for
-- every statement cost more than the work. What the functions do is explained in store/schema.sql.
CREATE FUNCTION describe_guarantors(told bigint[], moments timestamptz[], practices text[], fact_ids text[],
    guarantor_ids text[], points text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO guarantors AS known (described_by, described_at, practice_id, guarantor_id, reach)
    SELECT DISTINCT ON (g.practice_id, g.guarantor_id) g.fact, g.at, g.practice_id, g.guarantor_id,
        ARRAY(SELECT hashtextextended(point, 0) FROM unnest(string_to_array(g.points, E'\n')) AS point)
    FROM unnest(told, moments, practices, fact_ids, guarantor_ids, points)
        AS g (fact, at, practice_id, fact_id, guarantor_id, points)
    ORDER BY g.practice_id, g.guarantor_id, g.at DESC, g.fact_id COLLATE "C" DESC
    ON CONFLICT (practice_id, guarantor_id) DO UPDATE
    SET described_by = excluded.described_by, described_at = excluded.described_at, reach = excluded.reach
    WHERE known.described_at < excluded.described_at
        OR (known.described_at = excluded.described_at
            AND (SELECT f.fact_id COLLATE "C" FROM facts f WHERE f.id = known.described_by)
                < (SELECT f.fact_id COLLATE "C" FROM facts f WHERE f.id = excluded.described_by))
$$;

CREATE FUNCTION keep_new(now timestamptz, moments timestamptz[], amounts integer[], practices text[], fact_ids text[],
    sources text[], balance_ids text[], guarantor_ids text[], bodies text[], points text[], codes text[]) RETURNS boolean
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    told bigint[];
    opened bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(what || practice_id, 0))
    FROM (SELECT DISTINCT practice_id FROM unnest(practices) AS practice_id) AS practice
    CROSS JOIN unnest(ARRAY['unknown:', 'month:']) WITH ORDINALITY AS locks (what, place)
    ORDER BY place, practice_id;
    IF EXISTS (
        SELECT FROM unnest(practices, balance_ids) AS p (practice_id, balance_id)
        JOIN balances b ON b.practice_id = p.practice_id AND b.balance_id = p.balance_id
    ) OR (EXISTS (SELECT FROM facts WHERE waiting AND practice_id = ANY (practices)) AND EXISTS (
        SELECT FROM unnest(practices, balance_ids, guarantor_ids) AS p (practice_id, balance_id, guarantor_id)
        JOIN facts f ON f.waiting AND f.practice_id = p.practice_id
            AND (f.balance_id = p.balance_id OR (f.balance_id IS NULL AND f.guarantor_id = p.guarantor_id))))
    THEN
        RETURN false;
    END IF;
    SELECT array_agg(nextval('facts_id_seq')), array_agg(nextval('balances_id_seq')) INTO told, opened
    FROM generate_series(1, cardinality(practices));
    INSERT INTO facts (id, at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
    OVERRIDING SYSTEM VALUE
    SELECT id, at, now, amount_cents, practice_id, fact_id, 'balance_posted', source, balance_id, guarantor_id, body::json
    FROM unnest(told, moments, amounts, practices, fact_ids, sources, balance_ids, guarantor_ids, bodies)
        AS f (id, at, amount_cents, practice_id, fact_id, source, balance_id, guarantor_id, body);
    PERFORM describe_guarantors(told, moments, practices, fact_ids, guarantor_ids, points);
    IF EXISTS (
        SELECT FROM unnest(practices, guarantor_ids) AS p (practice_id, guarantor_id)
        JOIN stops s ON s.practice_id = p.practice_id AND s.guarantor_id = p.guarantor_id
    ) OR EXISTS (
        SELECT FROM unnest(practices, guarantor_ids) AS p (practice_id, guarantor_id)
        JOIN consents c ON c.practice_id = p.practice_id AND c.guarantor_id = p.guarantor_id)
    THEN
        RAISE unique_violation USING MESSAGE = 'keep_new: somebody among them has said something before';
    END IF;
    INSERT INTO balances (id, guarantor, practice_id, balance_id, pay_code) OVERRIDING SYSTEM VALUE
    SELECT b.id, g.id, b.practice_id, b.balance_id, b.pay_code
    FROM unnest(opened, practices, balance_ids, guarantor_ids, codes) AS b (id, practice_id, balance_id, guarantor_id, pay_code)
    JOIN guarantors g ON g.practice_id = b.practice_id AND g.guarantor_id = b.guarantor_id;
    INSERT INTO fact_deliveries (fact, balance) SELECT fact, balance FROM unnest(told, opened) AS f (fact, balance);
    PERFORM book_money(opened, told, '{}', '{}');
    RETURN true;
EXCEPTION WHEN unique_violation THEN RETURN false;
END $$;

-- migrate:down

DROP FUNCTION keep_new, describe_guarantors;
