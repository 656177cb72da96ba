-- What a second reader said of a reply and what asking it cost; each reply is asked about once.
-- migrate:up

CREATE TABLE opinions (
    reply bigint PRIMARY KEY REFERENCES facts,
    at timestamptz NOT NULL,
    cost_microdollars bigint NOT NULL,
    tokens_in integer NOT NULL,
    tokens_out integer NOT NULL,
    took_ms integer NOT NULL,
    outcome text NOT NULL,
    model text NOT NULL,
    intents text[] NOT NULL,
    CONSTRAINT opinions_outcome CHECK (outcome IN ('answered', 'failed', 'too_slow', 'unusable'))
);

-- migrate:down

DROP TABLE opinions;
