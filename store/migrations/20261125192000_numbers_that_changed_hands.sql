-- A look at a number also says whether it has gone to somebody else since it was last verified (R-12).
-- migrate:up

ALTER TABLE line_lookups ADD COLUMN verified_on date;
ALTER TABLE line_lookups ADD COLUMN reassigned text NOT NULL DEFAULT 'unknown';
ALTER TABLE line_lookups ADD CONSTRAINT line_lookups_reassigned CHECK (reassigned IN ('yes', 'no', 'unknown'));
ALTER TABLE line_lookups ADD CONSTRAINT line_lookups_since_when CHECK (reassigned = 'unknown' OR verified_on IS NOT NULL);

-- migrate:down

ALTER TABLE line_lookups DROP CONSTRAINT line_lookups_since_when;
ALTER TABLE line_lookups DROP CONSTRAINT line_lookups_reassigned;
ALTER TABLE line_lookups DROP COLUMN reassigned;
ALTER TABLE line_lookups DROP COLUMN verified_on;
