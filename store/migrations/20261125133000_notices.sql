-- Tasks that no case waits for: some belong to a practice and to no balance.
-- migrate:up

ALTER TABLE tasks ALTER COLUMN balance DROP NOT NULL;
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable'));
ALTER TABLE tasks ADD CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable'));

-- migrate:down

DELETE FROM tasks WHERE kind IN (
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable');
ALTER TABLE tasks DROP CONSTRAINT tasks_of_a_case;
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback'));
ALTER TABLE tasks ALTER COLUMN balance SET NOT NULL;
