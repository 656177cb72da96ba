-- A first contact may be a text and an e-mail: two messages, each claimed, and one contact that counts once.
-- migrate:up

ALTER TABLE touches ADD COLUMN beside bigint REFERENCES touches;
CREATE UNIQUE INDEX touches_beside ON touches (beside) WHERE status <> 'refused' AND beside IS NOT NULL;
DROP INDEX touches_daily_guarantor;
CREATE UNIQUE INDEX touches_daily_guarantor ON touches (guarantor, local_day)
    WHERE status <> 'refused' AND outreach AND beside IS NULL;

-- migrate:down

DROP INDEX touches_beside;
DROP INDEX touches_daily_guarantor;
UPDATE touches SET outreach = false WHERE beside IS NOT NULL;
CREATE UNIQUE INDEX touches_daily_guarantor ON touches (guarantor, local_day) WHERE status <> 'refused' AND outreach;
ALTER TABLE touches DROP COLUMN beside;
