-- Payouts of the card processor that were compared and agreed.
-- migrate:up

CREATE TABLE payouts (
    practice_id text NOT NULL,
    reference text NOT NULL,
    at timestamptz NOT NULL,
    amount_cents bigint NOT NULL,
    CONSTRAINT payouts_once PRIMARY KEY (practice_id, reference)
);

-- migrate:down

DROP TABLE payouts;
