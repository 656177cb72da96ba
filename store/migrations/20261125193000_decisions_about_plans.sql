-- migrate:up

-- What was decided about plans and brought no terms into force: offers made to a wish, and plans that ended.
CREATE TABLE plan_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    at timestamptz NOT NULL,
    read_at timestamptz,
    sampled boolean NOT NULL,
    practice_id text NOT NULL,
    name text NOT NULL,
    decision text NOT NULL,
    asked_by text NOT NULL,
    approved_by text NOT NULL,
    reason text NOT NULL,
    policy_version text NOT NULL,
    payments jsonb NOT NULL,
    because text[] NOT NULL,
    read_by text,
    CONSTRAINT plan_decisions_once UNIQUE (practice_id, name),
    CONSTRAINT plan_decisions_decision CHECK (decision IN ('offered', 'countered', 'cancelled')),
    CONSTRAINT plan_decisions_countered CHECK ((decision = 'countered') = (reason <> '')),
    CONSTRAINT plan_decisions_asked_by CHECK (asked_by IN ('reply', 'page', 'phone', 'staff', 'review', 'agent')),
    CONSTRAINT plan_decisions_approved_by CHECK (approved_by IN ('policy', 'person')),
    CONSTRAINT plan_decisions_because CHECK (cardinality(because) > 0),
    CONSTRAINT plan_decisions_read CHECK ((read_at IS NULL) = (read_by IS NULL))
);
CREATE INDEX plan_decisions_balance ON plan_decisions (balance);

-- migrate:down

DROP TABLE plan_decisions;
