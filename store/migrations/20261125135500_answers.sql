-- Answers to replies: each reply is answered at most once, and a reply about danger has a task of its own.
-- migrate:up

ALTER TABLE touches ADD COLUMN reply_fact_id text;
CREATE UNIQUE INDEX touches_one_answer ON touches (guarantor, reply_fact_id)
    WHERE status <> 'refused' AND reply_fact_id IS NOT NULL;
CREATE INDEX touches_answers ON touches (value, tried_at) WHERE reply_fact_id IS NOT NULL;
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency'));

-- migrate:down

DELETE FROM tasks WHERE kind = 'emergency';
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable'));
DROP INDEX touches_answers;
DROP INDEX touches_one_answer;
ALTER TABLE touches DROP COLUMN reply_fact_id;
