-- A double-entry book of every cent. Each table and constraint is explained in store/schema.sql.
-- migrate:up

CREATE TABLE calendars (
    practice_id text PRIMARY KEY,
    time_zone text NOT NULL,
    locked_until date
);

CREATE TABLE entries (
    balance bigint NOT NULL,
    fact bigint NOT NULL,
    cents integer NOT NULL,
    booked_on date NOT NULL,
    debit smallint NOT NULL,
    credit smallint NOT NULL,
    kind smallint NOT NULL,
    part smallint NOT NULL,
    CONSTRAINT entries_once PRIMARY KEY (balance, fact, part),
    CONSTRAINT entries_move_money CHECK (cents > 0 AND debit <> credit),
    CONSTRAINT entries_between CHECK (CASE kind
        WHEN 1 THEN debit = 1 AND credit = 6 AND part = 0
        WHEN 2 THEN (debit = 7 AND credit = part + 1 OR credit = 7 AND debit = part + 1) AND part IN (0, 1)
        WHEN 3 THEN debit IN (3, 4) AND credit = part + 1 AND part IN (0, 1)
        WHEN 8 THEN (debit = 4 AND credit = 3 OR debit = 3 AND credit = 4) AND part = 2
        WHEN 9 THEN (debit = 5 AND credit = 3 OR debit = 3 AND credit = 5) AND part = 3
        ELSE kind IN (4, 5, 6, 7) AND debit = part + 1 AND credit IN (3, 4) AND part IN (0, 1)
    END)
);

CREATE FUNCTION entries_are_sound() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER entries_are_sound AFTER INSERT ON entries
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entries_are_sound();

CREATE FUNCTION entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'entries_stay: an entry is never changed or removed; book the opposite';
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_stay();

-- What is known already is booked in the order in which it came.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT d.balance, d.fact FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE f.amount_cents IS NOT NULL ORDER BY d.id
    LOOP
        INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
        SELECT m.balance, m.fact, abs(p.moved), m.booked_on,
            CASE WHEN p.to_debit THEN p.account ELSE m.other END, CASE WHEN p.to_debit THEN m.other ELSE p.account END, m.kind, p.part
        FROM (
            SELECT w.balance, w.fact, stood.net AS before,
                greatest((least(f.at, f.received_at) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1) AS booked_on,
                stood.net + CASE f.kind
                    WHEN 'payment_recorded' THEN -f.amount_cents
                    WHEN 'payment_reversed' THEN f.amount_cents
                    ELSE latest.cents - stood.share
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
            FROM (SELECT one.balance, one.fact) AS w
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
            LEFT JOIN LATERAL (
                SELECT priced.amount_cents AS cents
                FROM fact_deliveries d
                JOIN facts priced ON priced.id = d.fact
                WHERE f.kind IN ('balance_posted', 'balance_adjusted') AND d.balance = w.balance
                    AND d.id <= (SELECT own.id FROM fact_deliveries own WHERE own.balance = w.balance AND own.fact = w.fact)
                    AND priced.kind IN ('balance_posted', 'balance_adjusted')
                ORDER BY priced.at DESC, priced.fact_id COLLATE "C" DESC
                LIMIT 1
            ) AS latest ON true
        ) AS m
        CROSS JOIN LATERAL (VALUES
            (0, 1, greatest(m.after, 0) - greatest(m.before, 0), m.after > m.before),
            (1, 2, greatest(-m.after, 0) - greatest(-m.before, 0), m.after > m.before)
        ) AS p (part, account, moved, to_debit)
        WHERE p.moved <> 0;
    END LOOP;
END $$;

-- migrate:down

DROP TABLE entries;
DROP FUNCTION entries_are_sound, entries_stay;
DROP TABLE calendars;
