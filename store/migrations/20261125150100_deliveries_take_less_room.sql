-- With several facts delivered and noted together, rows need less room beside them to be rewritten in.
-- migrate:up

ALTER TABLE fact_deliveries SET (fillfactor = 85);

-- migrate:down

ALTER TABLE fact_deliveries SET (fillfactor = 50);
