-- Money is booked, and facts that concern one known balance each are kept, in one call each: a round trip for every
-- statement cost more than the work. What the functions do is explained in store/schema.sql.
-- migrate:up

DROP FUNCTION IF EXISTS keep_plain, book_money;  -- an earlier draft's

CREATE OR REPLACE FUNCTION entries_are_sound() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM balances WHERE id IN (SELECT balance FROM fresh WHERE kind <> 1)
        ORDER BY practice_id, balance_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT balance FROM fresh WHERE kind <> 1) AS touched
        CROSS JOIN LATERAL (
            SELECT sum(CASE 1 WHEN e.debit THEN e.cents WHEN e.credit THEN -e.cents ELSE 0 END) AS receivable,
                sum(CASE 2 WHEN e.credit THEN e.cents WHEN e.debit THEN -e.cents ELSE 0 END) AS owed_back
            FROM entries e
            WHERE e.balance = touched.balance
        ) AS stands
        WHERE receivable < 0 OR owed_back < 0 OR (receivable > 0 AND owed_back > 0))
    THEN
        RAISE check_violation USING MESSAGE = 'entries_over_applied: more was applied to a balance than stood on it';
    END IF;
    IF EXISTS (SELECT FROM calendars WHERE locked_until >= (SELECT min(booked_on) FROM fresh)) THEN
        IF EXISTS (
            SELECT FROM fresh
            JOIN balances b ON b.id = fresh.balance
            JOIN calendars c ON c.practice_id = b.practice_id
            WHERE fresh.booked_on <= c.locked_until)
        THEN
            RAISE check_violation USING MESSAGE = 'entries_in_open_months: the books of that day are closed';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION book_money(opened bigint[], posted bigint[], reached bigint[], told bigint[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    turns bigint := CASE WHEN cardinality(reached) < 2 THEN cardinality(reached) ELSE (
        SELECT max(n) FROM (SELECT count(*) AS n FROM unnest(reached) AS balance GROUP BY balance) AS each) END;
BEGIN
    IF cardinality(opened) > 0 THEN
        INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
        SELECT w.balance, w.fact, f.amount_cents,
            greatest((least(f.at, f.received_at) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1), 1, 6, 1, 0
        FROM unnest(opened, posted) AS w (balance, fact)
        JOIN facts f ON f.id = w.fact
        LEFT JOIN calendars c ON c.practice_id = f.practice_id
        WHERE f.amount_cents > 0;
    END IF;
    FOR this_turn IN 1 .. coalesce(turns, 0) LOOP
        INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
        SELECT p.balance, p.fact, abs(p.moved), p.booked_on,
            CASE WHEN p.moved * p.sign > 0 THEN p.account ELSE p.other END,
            CASE WHEN p.moved * p.sign > 0 THEN p.other ELSE p.account END, p.kind, p.part
        FROM (
            SELECT m.balance, m.fact, m.booked_on, m.other, m.kind, part.part, part.account, part.sign,
                greatest(part.sign * m.after, 0) - greatest(part.sign * m.before, 0) AS moved
            FROM (
                SELECT w.balance, w.fact, stood.net AS before,
                    greatest((least(f.at, f.received_at) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1) AS booked_on,
                    stood.net + CASE f.kind
                        WHEN 'payment_recorded' THEN -f.amount_cents
                        WHEN 'payment_reversed' THEN f.amount_cents
                        ELSE (
                            SELECT priced.amount_cents
                            FROM fact_deliveries d
                            JOIN facts priced ON priced.id = d.fact
                            WHERE d.balance = w.balance AND priced.kind IN ('balance_posted', 'balance_adjusted') AND d.id <= (
                                SELECT own.id FROM fact_deliveries own WHERE own.balance = w.balance AND own.fact = w.fact)
                            ORDER BY priced.at DESC, priced.fact_id COLLATE "C" DESC
                            LIMIT 1
                        ) - stood.share
                    END AS after,
                    CASE WHEN f.kind IN ('balance_posted', 'balance_adjusted') THEN CASE WHEN stood.any THEN 7 ELSE 6 END
                        WHEN f.fact_id LIKE 'stripe.%' THEN 3
                        ELSE 4
                    END AS other,
                    CASE f.kind
                        WHEN 'payment_recorded' THEN 3
                        WHEN 'payment_reversed' THEN
                            CASE f.body ->> 'why' WHEN 'refund' THEN 4 WHEN 'chargeback' THEN 5 WHEN 'returned' THEN 6 ELSE 7 END
                        ELSE CASE WHEN stood.any THEN 2 ELSE 1 END
                    END AS kind
                FROM (
                    SELECT balance, fact, row_number() OVER (PARTITION BY balance ORDER BY place) AS turn
                    FROM unnest(reached, told) WITH ORDINALITY AS w (balance, fact, place)
                ) AS w
                JOIN facts f ON f.id = w.fact
                LEFT JOIN calendars c ON c.practice_id = f.practice_id
                CROSS JOIN LATERAL (
                    SELECT
                        coalesce(sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents END), 0) AS net,
                        coalesce(sum(CASE WHEN e.credit IN (6, 7) THEN e.cents WHEN e.debit IN (6, 7) THEN -e.cents END), 0) AS share,
                        count(*) > 0 AS any
                    FROM entries e
                    WHERE e.balance = w.balance
                ) AS stood
                WHERE w.turn = this_turn
            ) AS m
            CROSS JOIN (VALUES (0, 1, 1), (1, 2, -1)) AS part (part, account, sign)
        ) AS p
        WHERE p.moved <> 0;
    END LOOP;
END $$;

CREATE FUNCTION keep_plain(now timestamptz, moments timestamptz[], amounts integer[], practices text[], fact_ids text[],
    kinds text[], sources text[], balance_ids text[], guarantor_ids text[], bodies text[]) RETURNS boolean
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    owners bigint[];
    told bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('month:' || practice_id, 0))
    FROM (SELECT DISTINCT practice_id FROM unnest(practices) AS practice_id ORDER BY 1) AS practice;
    SELECT array_agg(found.id ORDER BY found.place) INTO owners
    FROM (
        SELECT b.id, g.place
        FROM unnest(practices, balance_ids) WITH ORDINALITY AS g (practice_id, balance_id, place)
        JOIN balances b ON b.practice_id = g.practice_id AND b.balance_id = g.balance_id
        ORDER BY b.practice_id, b.balance_id
        FOR NO KEY UPDATE OF b
    ) AS found;
    IF cardinality(owners) IS DISTINCT FROM cardinality(practices) THEN
        RETURN false;
    END IF;
    SELECT array_agg(nextval('facts_id_seq')) INTO told FROM generate_series(1, cardinality(owners));
    INSERT INTO facts (id, at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
    OVERRIDING SYSTEM VALUE
    SELECT id, at, now, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body::json
    FROM unnest(told, moments, amounts, practices, fact_ids, kinds, sources, balance_ids, guarantor_ids, bodies)
        AS f (id, at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body);
    INSERT INTO fact_deliveries (fact, balance) SELECT fact, balance FROM unnest(told, owners) AS f (fact, balance);
    PERFORM book_money('{}', '{}', array_agg(balance), array_agg(fact))
    FROM unnest(owners, told, amounts) AS kept (balance, fact, cents)
    WHERE cents IS NOT NULL
    HAVING count(*) > 0;
    RETURN true;
EXCEPTION WHEN unique_violation THEN RETURN false;
END $$;

-- What was known before there were books is booked in the order in which it came.
SELECT book_money('{}', '{}', array_agg(d.balance ORDER BY d.id), array_agg(d.fact ORDER BY d.id))
FROM fact_deliveries d
JOIN facts f ON f.id = d.fact
WHERE f.amount_cents IS NOT NULL AND NOT EXISTS (SELECT FROM entries e WHERE e.balance = d.balance)
HAVING count(*) > 0;

-- migrate:down

DROP FUNCTION keep_plain, book_money;
CREATE OR REPLACE FUNCTION entries_are_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM balances WHERE id IN (SELECT balance FROM fresh WHERE kind <> 1)
        ORDER BY practice_id, balance_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT balance FROM fresh WHERE kind <> 1) AS touched
        CROSS JOIN LATERAL (
            SELECT sum(CASE 1 WHEN e.debit THEN e.cents WHEN e.credit THEN -e.cents ELSE 0 END) AS receivable,
                sum(CASE 2 WHEN e.credit THEN e.cents WHEN e.debit THEN -e.cents ELSE 0 END) AS owed_back
            FROM entries e
            WHERE e.balance = touched.balance
        ) AS stands
        WHERE receivable < 0 OR owed_back < 0 OR (receivable > 0 AND owed_back > 0))
    THEN
        RAISE check_violation USING MESSAGE = 'entries_over_applied: more was applied to a balance than stood on it';
    END IF;
    IF EXISTS (
        SELECT FROM fresh
        JOIN balances b ON b.id = fresh.balance
        JOIN calendars c ON c.practice_id = b.practice_id
        WHERE fresh.booked_on <= c.locked_until)
    THEN
        RAISE check_violation USING MESSAGE = 'entries_in_open_months: the books of that day are closed';
    END IF;
    RETURN NULL;
END $$;
