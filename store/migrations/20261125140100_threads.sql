-- An e-mail of ours carries a word in its reply address by which an answer finds its balance.
-- migrate:up

ALTER TABLE touches ADD COLUMN thread text;
CREATE UNIQUE INDEX touches_thread ON touches (thread) WHERE thread IS NOT NULL;

-- migrate:down

DROP INDEX touches_thread;
ALTER TABLE touches DROP COLUMN thread;
