-- migrate:up

-- Cards that were given back to their holders: nothing may be charged to them, and the processor was asked to drop them.
CREATE TABLE forgotten_cards (
    payment_method_id text PRIMARY KEY,
    forgotten_at timestamptz NOT NULL
);

-- migrate:down

DROP TABLE forgotten_cards;
