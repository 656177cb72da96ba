-- What staff says a reply means where the reader was wrong; every word of it stays, the latest counts.
-- migrate:up

CREATE TABLE reply_corrections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reply bigint NOT NULL REFERENCES facts,
    at timestamptz NOT NULL,
    who text NOT NULL,
    reader text NOT NULL,
    action text NOT NULL,
    intents text[] NOT NULL,
    slots jsonb NOT NULL,
    CONSTRAINT reply_corrections_intents CHECK (cardinality(intents) > 0)
);
CREATE INDEX reply_corrections_of_a_reply ON reply_corrections (reply, id);
CREATE FUNCTION reply_corrections_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a correction is never changed or removed; correct the reply once more';
END $$;
CREATE TRIGGER reply_corrections_stay BEFORE UPDATE OR DELETE ON reply_corrections
    FOR EACH ROW EXECUTE FUNCTION reply_corrections_stay();
CREATE INDEX facts_replies ON facts (fact_id) WHERE kind = 'reply_received';

-- migrate:down

DROP INDEX facts_replies;
DROP TABLE reply_corrections;
DROP FUNCTION reply_corrections_stay();
