-- Queries of sub_ledger.py: the double-entry book of every cent; what the numbers mean stands in schema.sql.

-- name: lock
-- Alone with these balances' money until the transaction ends.
SELECT b.id
FROM balances b
WHERE (b.practice_id, b.balance_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY b.practice_id, b.balance_id
FOR NO KEY UPDATE OF b

-- name: lock_out_closing
-- No month of these practices is closed until the transaction ends.
SELECT pg_advisory_xact_lock_shared(hashtextextended('month:' || practice_id, 0))
FROM (SELECT DISTINCT unnest($1::text[]) AS practice_id ORDER BY 1) AS practice

-- name: book
-- Book what has just reached balances: new ones with their posting, others in the order given; see schema.sql.
SELECT book_money($1, $2, $3, $4)

-- name: settle
-- Money that has reached the practice's bank, or gone from it, less what the processor kept; each once for each payout.
INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
SELECT d.balance, f.id, abs(p.cents), greatest(($2::timestamptz AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1),
    CASE WHEN p.cents > 0 THEN p.account ELSE 3 END,
    CASE WHEN p.cents > 0 THEN 3 ELSE p.account END, p.kind, p.part
FROM unnest($3::text[], $4::integer[], $5::integer[]) AS s (fact_id, cents, fee)
JOIN facts f ON f.practice_id = $1 AND f.fact_id = s.fact_id AND f.kind IN ('payment_recorded', 'payment_reversed')
JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
JOIN fact_deliveries d ON d.balance = b.id AND d.fact = f.id
LEFT JOIN calendars c ON c.practice_id = f.practice_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e.kind = 8) AS times, count(*) FILTER (WHERE e.kind = 10) AS failed
    FROM entries e WHERE e.balance = d.balance AND e.fact = f.id) AS been
CROSS JOIN LATERAL (VALUES (2 + 4 * been.failed, 8, 4, s.cents - s.fee), (3, 9, 5, s.fee)) AS p (part, kind, account, cents)
WHERE p.cents <> 0 AND been.times = been.failed
    AND EXISTS (SELECT FROM entries e WHERE e.balance = d.balance AND e.fact = f.id AND 3 IN (e.debit, e.credit))
ON CONFLICT DO NOTHING

-- name: unsettle
-- Settled money that the bank sent back: it is in transit again, and the fee stays where it is.
INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
SELECT d.balance, f.id, last.cents, greatest(($2::timestamptz AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1),
    last.credit, last.debit, 10, last.part + 2
FROM unnest($3::text[]) AS s (fact_id)
JOIN facts f ON f.practice_id = $1 AND f.fact_id = s.fact_id AND f.kind IN ('payment_recorded', 'payment_reversed')
JOIN balances b ON b.practice_id = f.practice_id AND b.balance_id = f.balance_id
JOIN fact_deliveries d ON d.balance = b.id AND d.fact = f.id
LEFT JOIN calendars c ON c.practice_id = f.practice_id
CROSS JOIN LATERAL (
    SELECT e.* FROM entries e
    WHERE e.balance = d.balance AND e.fact = f.id AND e.kind IN (8, 10)
    ORDER BY e.part DESC LIMIT 1) AS last
WHERE last.kind = 8
ON CONFLICT DO NOTHING

-- name: sums
-- What stands on each account of a practice now.
SELECT
    coalesce(sum(CASE WHEN e.debit = 1 THEN e.cents WHEN e.credit = 1 THEN -e.cents END), 0)::bigint AS receivable_cents,
    coalesce(sum(CASE WHEN e.credit = 2 THEN e.cents WHEN e.debit = 2 THEN -e.cents END), 0)::bigint AS credit_cents,
    coalesce(sum(CASE WHEN e.debit = 3 THEN e.cents WHEN e.credit = 3 THEN -e.cents END), 0)::bigint AS in_transit_cents,
    coalesce(sum(CASE WHEN e.debit = 4 THEN e.cents WHEN e.credit = 4 THEN -e.cents END), 0)::bigint AS settled_cents,
    coalesce(sum(CASE WHEN e.debit = 5 THEN e.cents WHEN e.credit = 5 THEN -e.cents END), 0)::bigint AS fee_cents
FROM balances b
JOIN entries e ON e.balance = b.id
WHERE b.practice_id = $1

-- name: astray
-- Balances whose entries do not come to what their facts come to; none, as long as nobody writes past the desk.
SELECT b.balance_id, coalesce(stood.net, 0)::bigint AS entries_cents, money.responsibility_cents - money.paid_cents AS facts_cents
FROM balances b
CROSS JOIN LATERAL money_of(b.id) AS money
CROSS JOIN LATERAL (
    SELECT sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents END) AS net
    FROM entries e WHERE e.balance = b.id
) AS stood
WHERE b.practice_id = $1 AND coalesce(stood.net, 0) <> money.responsibility_cents - money.paid_cents
ORDER BY b.balance_id

-- name: month
-- What was owed before a month, each kind of movement within it, and what was owed at its end.
SELECT
    coalesce(sum(n.net) FILTER (WHERE n.booked_on < $2), 0)::bigint AS opening_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 1), 0)::bigint AS charges_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 2), 0)::bigint AS adjustments_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 3), 0)::bigint AS payments_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 4), 0)::bigint AS refunds_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 5), 0)::bigint AS chargebacks_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 6), 0)::bigint AS returned_cents,
    coalesce(sum(n.net) FILTER (WHERE n.within AND n.kind = 7), 0)::bigint AS corrections_cents
FROM (
    SELECT e.booked_on, e.kind, e.booked_on >= $2 AND e.booked_on <= $3 AS within,
        CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents ELSE 0 END AS net
    FROM balances b
    JOIN entries e ON e.balance = b.id
    WHERE b.practice_id = $1 AND e.booked_on <= $3
) AS n

-- name: standing_at
-- What was owed on each balance at the end of a day, added up: what patients owe and what is owed to them.
SELECT coalesce(sum(net) FILTER (WHERE net > 0), 0)::bigint AS receivable_cents,
    coalesce(-sum(net) FILTER (WHERE net < 0), 0)::bigint AS credit_cents, count(*) FILTER (WHERE net > 0) AS open
FROM (
    SELECT sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents ELSE 0 END) AS net
    FROM balances b
    JOIN entries e ON e.balance = b.id
    WHERE b.practice_id = $1 AND e.booked_on <= $2
    GROUP BY b.id
) AS each

-- name: locked_until
-- The last day of the months that are closed.
SELECT locked_until FROM calendars WHERE practice_id = $1

-- name: keep_calendar
-- By which clock a practice's days are counted.
INSERT INTO calendars (practice_id, time_zone) VALUES ($1, $2)
ON CONFLICT (practice_id) DO UPDATE SET time_zone = excluded.time_zone WHERE calendars.time_zone <> excluded.time_zone

-- name: close_month
-- Nothing is booked up to this day any more; the lock only moves forward.
INSERT INTO calendars (practice_id, time_zone, locked_until) VALUES ($1, $2, $3)
ON CONFLICT (practice_id) DO UPDATE SET locked_until = excluded.locked_until
WHERE calendars.locked_until IS NULL OR calendars.locked_until < excluded.locked_until

-- name: lock_month
-- Nobody books in this practice until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('month:' || $1::text, 0))

-- name: follow
-- The practice closed its own books up to this day, and ours follow; the lock only moves forward.
INSERT INTO calendars (practice_id, time_zone, locked_until) VALUES ($1, 'UTC', $2)
ON CONFLICT (practice_id) DO UPDATE SET locked_until = excluded.locked_until
WHERE calendars.locked_until IS NULL OR calendars.locked_until < excluded.locked_until
