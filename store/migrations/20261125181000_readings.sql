-- How each reply was read, and the words of our own messages: a person sees the whole conversation before they answer.
-- migrate:up

CREATE TABLE readings (
    balance bigint NOT NULL REFERENCES balances,
    reply bigint NOT NULL REFERENCES facts,
    at timestamptz NOT NULL,
    confidence real NOT NULL,
    abstain boolean NOT NULL,
    reader text NOT NULL,
    action text NOT NULL,
    intents text[] NOT NULL,
    slots jsonb NOT NULL,
    CONSTRAINT readings_once PRIMARY KEY (balance, reply),
    CONSTRAINT readings_intents CHECK (cardinality(intents) > 0)
);
ALTER TABLE touches ADD COLUMN words text;

-- migrate:down

ALTER TABLE touches DROP COLUMN words;
DROP TABLE readings;
