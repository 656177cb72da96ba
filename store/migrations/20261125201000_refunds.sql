-- A credit is given back on a person's word, once; a dispute has an end; more that people must look at.
-- migrate:up

CREATE TABLE refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    asked_at timestamptz NOT NULL,
    credit_since timestamptz NOT NULL,
    cents integer NOT NULL,
    credit_cents integer NOT NULL,
    attempt integer NOT NULL,
    in_practice_ledger boolean NOT NULL,
    practice_id text NOT NULL,
    refund_id text NOT NULL,
    how text NOT NULL,
    role text NOT NULL,
    who text NOT NULL,
    because text NOT NULL,
    note text NOT NULL,
    CONSTRAINT refunds_once UNIQUE (practice_id, refund_id),
    CONSTRAINT refunds_of_a_credit UNIQUE (balance, credit_since, credit_cents, attempt),
    CONSTRAINT refunds_never_more CHECK (cents > 0 AND cents <= credit_cents),
    CONSTRAINT refunds_how CHECK (how IN ('card', 'check', 'cash', 'other')),
    CONSTRAINT refunds_role CHECK (role IN ('front_desk', 'coordinator', 'manager', 'owner')),
    CONSTRAINT refunds_explained CHECK (because <> '' AND (how = 'card' OR note <> ''))
);
CREATE TABLE refund_parts (
    refund bigint NOT NULL REFERENCES refunds,
    tried_at timestamptz,
    cents integer NOT NULL,
    place smallint NOT NULL,
    payment_fact_id text NOT NULL,
    reference text NOT NULL,
    state text NOT NULL,
    reversal_fact_id text,
    because text,
    CONSTRAINT refund_parts_once PRIMARY KEY (refund, place),
    CONSTRAINT refund_parts_cents CHECK (cents > 0),
    CONSTRAINT refund_parts_state CHECK (state IN ('asked', 'made', 'refused')),
    CONSTRAINT refund_parts_made CHECK ((state = 'made') = (reversal_fact_id IS NOT NULL)),
    CONSTRAINT refund_parts_refused CHECK ((state = 'refused') = (because IS NOT NULL))
);
CREATE UNIQUE INDEX refund_parts_reversal ON refund_parts (reversal_fact_id);
CREATE INDEX refund_parts_open ON refund_parts (refund) WHERE state = 'asked';

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised', 'dispute_closed',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'estimate_disputed', 'confidential_requested', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed',
    'task_opened', 'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded', 'reading_corrected'));
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential',
    'debit_returned', 'credit_due', 'refund_refused', 'debit_ratio', 'chargeback_lost'));
ALTER TABLE tasks DROP CONSTRAINT tasks_of_a_case;
ALTER TABLE tasks ADD CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'credit_due',
    'refund_refused', 'debit_ratio'));

-- migrate:down

ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential',
    'debit_returned', 'credit_due'));
ALTER TABLE tasks DROP CONSTRAINT tasks_of_a_case;
ALTER TABLE tasks ADD CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'credit_due'));
ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'estimate_disputed', 'confidential_requested', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed',
    'task_opened', 'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded', 'reading_corrected'));
DROP TABLE refund_parts;
DROP TABLE refunds;
