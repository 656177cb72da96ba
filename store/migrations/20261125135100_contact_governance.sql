-- Every agent's touches, what was not sent and why, who has silenced what, and the evidence of consent.
-- migrate:up

ALTER TABLE touches ALTER COLUMN balance DROP NOT NULL;
ALTER TABLE touches ADD COLUMN agent text NOT NULL DEFAULT 'payment';
ALTER TABLE touches ADD CONSTRAINT touches_agent CHECK (
    agent IN ('payment', 'plan', 'recall', 'no_show', 'front_desk', 'voice', 'staff'));
CREATE INDEX touches_of_persons ON touches (guarantor) WHERE balance IS NULL;

CREATE TABLE unsent (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint REFERENCES balances,
    guarantor bigint NOT NULL REFERENCES guarantors,
    asked_at timestamptz NOT NULL,
    last_asked_at timestamptz NOT NULL,
    not_before timestamptz,
    times integer NOT NULL,
    touch_id text NOT NULL,
    agent text NOT NULL,
    message text NOT NULL,
    channel text NOT NULL,
    because text NOT NULL,
    proof jsonb NOT NULL,
    CONSTRAINT unsent_once UNIQUE (touch_id, because)
);
CREATE INDEX unsent_balance ON unsent (balance);
CREATE INDEX unsent_of_persons ON unsent (guarantor) WHERE balance IS NULL;

CREATE TABLE silences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since timestamptz NOT NULL,
    released_at timestamptz,
    practice_id text,
    agent text,
    channel text,
    message text,
    because text NOT NULL,
    who text NOT NULL,
    released_by text,
    CONSTRAINT silences_channel CHECK (channel IN ('sms', 'email', 'voice', 'letter')),
    CONSTRAINT silences_agent CHECK (
        agent IN ('payment', 'plan', 'recall', 'no_show', 'front_desk', 'voice', 'staff')),
    CONSTRAINT silences_released CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE UNIQUE INDEX silences_in_force ON silences (practice_id, agent, channel, message) NULLS NOT DISTINCT
    WHERE released_at IS NULL;

CREATE TABLE consents (
    fact bigint NOT NULL REFERENCES facts,
    given_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    guarantor_id text NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,
    purpose text NOT NULL,
    status text NOT NULL,
    means text NOT NULL,
    wording text NOT NULL,
    CONSTRAINT consents_latest PRIMARY KEY (practice_id, guarantor_id, channel, value, purpose),
    CONSTRAINT consents_channel CHECK (channel IN ('sms', 'email')),
    CONSTRAINT consents_purpose CHECK (purpose IN ('billing', 'recall', 'care')),
    CONSTRAINT consents_status CHECK (status IN ('granted', 'denied'))
);

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed', 'task_opened',
    'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded'));

-- migrate:down

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed', 'task_opened',
    'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled'));
DROP TABLE consents;
DROP TABLE silences;
DROP TABLE unsent;
DELETE FROM touches WHERE balance IS NULL;
DROP INDEX touches_of_persons;
ALTER TABLE touches DROP COLUMN agent;
ALTER TABLE touches ALTER COLUMN balance SET NOT NULL;
