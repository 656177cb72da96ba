-- A credit has clocks: each that comes is a task of its own.
-- migrate:up

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

-- migrate:down

ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential',
    'debit_returned'));
ALTER TABLE tasks DROP CONSTRAINT tasks_of_a_case;
ALTER TABLE tasks ADD CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable'));
