-- Differences between the books, and the passes that look for them.
-- migrate:up

CREATE TABLE differences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about_at timestamptz,
    found_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    gone_at timestamptz,
    cents integer NOT NULL,
    times integer NOT NULL,
    practice_id text NOT NULL,
    kind text NOT NULL,
    balance_id text NOT NULL,
    reference text NOT NULL,
    sentence text NOT NULL,
    task_id text NOT NULL,
    CONSTRAINT differences_once UNIQUE (practice_id, kind, balance_id, reference, cents)
);

CREATE TABLE proofs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    since timestamptz NOT NULL,
    processor_cents bigint,
    paid_cents bigint NOT NULL,
    taken_back_cents bigint NOT NULL,
    posted_cents bigint NOT NULL,
    opened integer NOT NULL,
    gone integer NOT NULL,
    unexplained integer NOT NULL,
    explained integer NOT NULL,
    practice_id text NOT NULL
);
CREATE INDEX proofs_latest ON proofs (practice_id, id);

-- migrate:down

DROP TABLE proofs, differences;
