-- A hosted page may take the money of several balances of one person at once; what each gets is kept with it.

-- migrate:up

CREATE TABLE checkout_shares (
    session_id text NOT NULL REFERENCES checkouts,
    balance bigint NOT NULL REFERENCES balances,
    amount_cents integer NOT NULL,
    CONSTRAINT checkout_shares_once PRIMARY KEY (session_id, balance),
    CONSTRAINT checkout_shares_amount CHECK (amount_cents > 0)
);
CREATE INDEX checkout_shares_balance ON checkout_shares (balance);

-- migrate:down

DROP TABLE checkout_shares;
