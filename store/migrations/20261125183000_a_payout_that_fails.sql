-- A payout that the bank sends back takes what was settled with it, and may be paid out once more: its money is in transit
-- again until then. Why each rule is there stands in store/schema.sql.
-- migrate:up

ALTER TABLE entries DROP CONSTRAINT entries_between;
ALTER TABLE entries ADD CONSTRAINT entries_between CHECK (CASE kind
    WHEN 1 THEN debit = 1 AND credit = 6 AND part = 0
    WHEN 2 THEN (debit = 7 AND credit = part + 1 OR credit = 7 AND debit = part + 1) AND part IN (0, 1)
    WHEN 3 THEN debit IN (3, 4) AND credit = part + 1 AND part IN (0, 1)
    WHEN 8 THEN (debit = 4 AND credit = 3 OR debit = 3 AND credit = 4) AND part % 4 = 2
    WHEN 9 THEN (debit = 5 AND credit = 3 OR debit = 3 AND credit = 5) AND part = 3
    WHEN 10 THEN (debit = 3 AND credit = 4 OR debit = 4 AND credit = 3) AND part % 4 = 0 AND part > 0
    ELSE kind IN (4, 5, 6, 7) AND debit = part + 1 AND credit IN (3, 4) AND part IN (0, 1)
END);

CREATE FUNCTION entries_settle_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT e.part, sum(CASE e.kind WHEN 8 THEN 1 ELSE -1 END) OVER turns AS settled,
                sum(CASE WHEN e.debit = 4 THEN e.cents ELSE -e.cents END) OVER turns AS cents
            FROM entries e
            WHERE e.balance = NEW.balance AND e.fact = NEW.fact AND e.kind IN (8, 10)
            WINDOW turns AS (ORDER BY e.part)) AS each
        WHERE settled NOT IN (0, 1) OR (settled = 0 AND cents <> 0))
    THEN
        RAISE check_violation USING MESSAGE = 'entries_settle_in_turn: money is settled once, and again only after its payout failed whole';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_settle_in_turn AFTER INSERT ON entries
    FOR EACH ROW WHEN (NEW.kind IN (8, 10)) EXECUTE FUNCTION entries_settle_in_turn();

ALTER TABLE payouts ADD COLUMN failed_at timestamptz;

-- migrate:down

ALTER TABLE payouts DROP COLUMN failed_at;
DROP TRIGGER entries_settle_in_turn ON entries;
DROP FUNCTION entries_settle_in_turn();
ALTER TABLE entries DROP CONSTRAINT entries_between;
ALTER TABLE entries ADD CONSTRAINT entries_between CHECK (CASE kind
    WHEN 1 THEN debit = 1 AND credit = 6 AND part = 0
    WHEN 2 THEN (debit = 7 AND credit = part + 1 OR credit = 7 AND debit = part + 1) AND part IN (0, 1)
    WHEN 3 THEN debit IN (3, 4) AND credit = part + 1 AND part IN (0, 1)
    WHEN 8 THEN (debit = 4 AND credit = 3 OR debit = 3 AND credit = 4) AND part = 2
    WHEN 9 THEN (debit = 5 AND credit = 3 OR debit = 3 AND credit = 5) AND part = 3
    ELSE kind IN (4, 5, 6, 7) AND debit = part + 1 AND credit IN (3, 4) AND part IN (0, 1)
END);
