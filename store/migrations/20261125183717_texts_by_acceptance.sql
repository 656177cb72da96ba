-- migrate:up

-- Those whose last report has not come are looked for every few minutes.
CREATE INDEX touches_texts ON touches (resolved_at) WHERE channel = 'sms' AND status = 'accepted';

-- migrate:down

DROP INDEX touches_texts;
