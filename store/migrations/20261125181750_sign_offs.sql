-- What a practice approves before it holds, its policy and its messages: drafts, and who signed which of them.
-- migrate:up

CREATE TABLE drafts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    drafted_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    drafted_by text NOT NULL,
    because text NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT drafts_kind CHECK (kind IN ('policy', 'message'))
);
CREATE INDEX drafts_of_a_practice ON drafts (practice_id, id);
CREATE TABLE sign_offs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft bigint NOT NULL UNIQUE REFERENCES drafts,
    signed_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    signed_by text NOT NULL,
    version text NOT NULL
);
CREATE INDEX sign_offs_of_a_practice ON sign_offs (practice_id, id);
CREATE FUNCTION sign_offs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was drafted and signed stays on record; draft and sign another one';
END $$;
CREATE TRIGGER drafts_stay BEFORE UPDATE OR DELETE ON drafts
    FOR EACH ROW EXECUTE FUNCTION sign_offs_stay();
CREATE TRIGGER sign_offs_stay BEFORE UPDATE OR DELETE ON sign_offs
    FOR EACH ROW EXECUTE FUNCTION sign_offs_stay();

-- migrate:down

DROP TABLE sign_offs;
DROP TABLE drafts;
DROP FUNCTION sign_offs_stay();
