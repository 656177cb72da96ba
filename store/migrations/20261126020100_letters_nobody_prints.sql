-- migrate:up

-- Letters that nobody prints are a task of the practice, which no balance asked for.
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential',
    'debit_returned', 'credit_due', 'refund_refused', 'debit_ratio', 'letters_waiting', 'chargeback_lost'));
ALTER TABLE tasks DROP CONSTRAINT tasks_of_a_case;
ALTER TABLE tasks ADD CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'credit_due',
    'refund_refused', 'debit_ratio', 'letters_waiting'));

-- migrate:down

DELETE FROM tasks WHERE kind = 'letters_waiting';
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
