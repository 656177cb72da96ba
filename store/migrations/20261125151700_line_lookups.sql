-- What kind of line a number is, as it was looked up last: before its first text, and every sixty days (R-12).
-- migrate:up

CREATE TABLE line_lookups (
    looked_at timestamptz NOT NULL,
    value text NOT NULL,
    line text NOT NULL,
    CONSTRAINT line_lookups_latest PRIMARY KEY (value),
    CONSTRAINT line_lookups_line CHECK (line IN ('mobile', 'landline', 'invalid', 'unknown'))
);

-- migrate:down

DROP TABLE line_lookups;
