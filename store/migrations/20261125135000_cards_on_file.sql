-- migrate:up

-- An event about a card names only the card: what it serves is found here.
CREATE INDEX facts_cards ON facts ((body -> 'card' ->> 'payment_method_id')) WHERE kind = 'card_enrolled';

-- Hosted pages now also take cards for plans, and are closed when what they ask for is out of date.
ALTER TABLE checkouts
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN mode text NOT NULL DEFAULT 'payment',
    ADD COLUMN plan_id text,
    ALTER COLUMN amount_cents DROP NOT NULL,
    DROP CONSTRAINT checkouts_amount,
    ADD CONSTRAINT checkouts_purpose CHECK (
        CASE mode
            WHEN 'payment' THEN amount_cents > 0 AND plan_id IS NULL
            WHEN 'setup' THEN amount_cents IS NULL AND plan_id IS NOT NULL
        END IS TRUE);
CREATE INDEX checkouts_open ON checkouts (created_at) WHERE ended_at IS NULL;

-- What a patient was shown and agreed to before a card was taken for later charges (R-30, R-34). Never changed.
CREATE TABLE card_consents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    agreed_at timestamptz NOT NULL,
    session_id text NOT NULL REFERENCES checkouts,
    plan_id text NOT NULL,
    language text NOT NULL,
    purpose text NOT NULL,
    text_version text NOT NULL,
    text_sha256 text NOT NULL,
    words text NOT NULL,
    terms jsonb NOT NULL,
    CONSTRAINT card_consents_once UNIQUE (session_id),
    CONSTRAINT card_consents_hash CHECK (text_sha256 ~ '^[0-9a-f]{64}$')
);
CREATE INDEX card_consents_balance ON card_consents (balance, plan_id);
CREATE FUNCTION card_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consent that was given is never changed or removed';
END $$;
CREATE TRIGGER card_consents_stay BEFORE UPDATE OR DELETE ON card_consents
    FOR EACH ROW EXECUTE FUNCTION card_consents_stay();

-- The plan in force and the card it may charge, as the patient's page shows them.
ALTER TABLE cases ADD COLUMN plan jsonb;

-- migrate:down

ALTER TABLE cases DROP COLUMN plan;
DROP TABLE card_consents;
DROP FUNCTION card_consents_stay();
DROP INDEX checkouts_open;
ALTER TABLE checkouts DROP CONSTRAINT checkouts_purpose;
DELETE FROM checkouts WHERE mode = 'setup';
ALTER TABLE checkouts
    DROP COLUMN ended_at, DROP COLUMN mode, DROP COLUMN plan_id,
    ALTER COLUMN amount_cents SET NOT NULL,
    ADD CONSTRAINT checkouts_amount CHECK (amount_cents > 0);
DROP INDEX facts_cards;
