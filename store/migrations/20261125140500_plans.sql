-- migrate:up

-- Every plan that came into force, every try at charging a card, and what people are asked about plans.
CREATE FUNCTION payments_sum(payments jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT coalesce(sum((payment ->> 'amount_cents')::bigint), 0)::bigint FROM jsonb_array_elements(payments) AS payment
$$;

CREATE TABLE plan_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    at timestamptz NOT NULL,
    read_at timestamptz,
    undone_at timestamptz,
    revision integer NOT NULL,
    beyond_down integer NOT NULL,
    total_cents integer NOT NULL,
    sampled boolean NOT NULL,
    practice_id text NOT NULL,
    plan_id text NOT NULL,
    agreed_by text NOT NULL,
    approved_by text NOT NULL,
    change text NOT NULL,
    policy_version text NOT NULL,
    payments jsonb NOT NULL,
    because text[] NOT NULL,
    read_by text,
    CONSTRAINT plan_log_once UNIQUE (practice_id, plan_id, revision),
    CONSTRAINT plan_log_sums_to_the_cent CHECK (total_cents > 0 AND payments_sum(payments) = total_cents),
    CONSTRAINT plan_log_approved_by CHECK (approved_by IN ('policy', 'person')),
    CONSTRAINT plan_log_agreed_by CHECK (agreed_by IN ('reply', 'page', 'phone', 'staff')),
    CONSTRAINT plan_log_read CHECK ((read_at IS NULL) = (read_by IS NULL))
);
CREATE INDEX plan_log_balance ON plan_log (balance);

CREATE TABLE charges (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    begun_at timestamptz NOT NULL,
    settled_at timestamptz,
    amount_cents integer NOT NULL,
    installment integer NOT NULL,
    attempt integer NOT NULL,
    practice_id text NOT NULL,
    plan_id text NOT NULL,
    state text NOT NULL,
    payment_method text NOT NULL,
    statement_name text NOT NULL,
    try_key text NOT NULL,
    card jsonb NOT NULL,
    CONSTRAINT charges_one_try UNIQUE (practice_id, plan_id, installment, attempt),
    CONSTRAINT charges_key UNIQUE (practice_id, try_key),
    CONSTRAINT charges_amount CHECK (amount_cents > 0),
    CONSTRAINT charges_ceiling CHECK (attempt BETWEEN 1 AND 4),
    CONSTRAINT charges_state CHECK (state IN ('begun', 'charged', 'declined', 'pending')),
    CONSTRAINT charges_settled CHECK ((state = 'begun') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX charges_one_at_a_time ON charges (practice_id, plan_id) WHERE state = 'begun';
CREATE UNIQUE INDEX charges_never_twice ON charges (practice_id, plan_id, installment) WHERE state IN ('charged', 'pending');
CREATE INDEX charges_refused ON charges (payment_method, settled_at) WHERE state = 'declined';
CREATE INDEX charges_balance ON charges (balance);

ALTER TABLE tasks ADD COLUMN terms jsonb;
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency'));

-- migrate:down

DELETE FROM tasks WHERE kind IN ('plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop');
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency'));
ALTER TABLE tasks DROP COLUMN terms;
DROP TABLE charges;
DROP TABLE plan_log;
DROP FUNCTION payments_sum;
