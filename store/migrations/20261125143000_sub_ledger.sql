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

-- What is known already is booked by 20261125170100_booking_in_one_call.sql.

-- migrate:down

DROP TABLE entries;
DROP FUNCTION entries_are_sound, entries_stay;
DROP TABLE calendars;
