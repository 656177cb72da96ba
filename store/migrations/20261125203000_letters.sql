-- A letter is one more way to reach a person: claimed like every touch, laid out for print, and taken by a person.
-- migrate:up

ALTER TABLE suppressions DROP CONSTRAINT suppressions_channel;
ALTER TABLE suppressions ADD CONSTRAINT suppressions_channel CHECK (channel IN ('sms', 'email', 'letter'));
ALTER TABLE stops DROP CONSTRAINT stops_channel;
ALTER TABLE stops ADD CONSTRAINT stops_channel CHECK (channel IN ('sms', 'email', 'letter'));
ALTER TABLE touches DROP CONSTRAINT touches_channel;
ALTER TABLE touches ADD CONSTRAINT touches_channel CHECK (channel IN ('sms', 'email', 'letter'));

-- One row: a letter that was written, as it stood when its touch was claimed.
CREATE TABLE letters (
    touch bigint PRIMARY KEY REFERENCES touches,
    printed_at timestamptz,                               -- null: it lies ready, or was taken back
    recipient text NOT NULL,                              -- name and address, line by line
    words text NOT NULL,                                  -- paragraphs, a blank line between them
    link text NOT NULL,
    language text NOT NULL,
    printed_by text,
    withdrawn_because text,                               -- it never left
    CONSTRAINT letters_printed CHECK ((printed_at IS NULL) = (printed_by IS NULL)),
    CONSTRAINT letters_one_end CHECK (printed_at IS NULL OR withdrawn_because IS NULL)
);
CREATE INDEX letters_waiting ON letters (touch) WHERE printed_at IS NULL AND withdrawn_because IS NULL;

-- migrate:down

DROP TABLE letters;
DELETE FROM suppressions WHERE channel = 'letter';
DELETE FROM stops WHERE channel = 'letter';
UPDATE touches SET channel = 'email' WHERE channel = 'letter';
ALTER TABLE suppressions DROP CONSTRAINT suppressions_channel;
ALTER TABLE suppressions ADD CONSTRAINT suppressions_channel CHECK (channel IN ('sms', 'email'));
ALTER TABLE stops DROP CONSTRAINT stops_channel;
ALTER TABLE stops ADD CONSTRAINT stops_channel CHECK (channel IN ('sms', 'email'));
ALTER TABLE touches DROP CONSTRAINT touches_channel;
ALTER TABLE touches ADD CONSTRAINT touches_channel CHECK (channel IN ('sms', 'email'));
