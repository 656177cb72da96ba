-- Queries of posting_book.py: the write states of a posting to the practice's ledger.

-- name: insert
-- Begin a posting that is not known yet.
INSERT INTO postings (balance, paid_at, begun_at, sent_at, amount_cents, tries, practice_id, external_id, state, paid_where)
SELECT b.id, $4, $7, $7, $5, 1, $1, $3, 'sending', $6
FROM balances b
WHERE b.practice_id = $1 AND b.balance_id = $2
ON CONFLICT DO NOTHING
RETURNING id

-- name: look
-- A posting that is known, kept from others until this transaction ends.
SELECT p.id, p.state, p.amount_cents, b.balance_id
FROM postings p
JOIN balances b ON b.id = p.balance
WHERE p.practice_id = $1 AND p.external_id = $2
FOR UPDATE OF p

-- name: again
-- One more try is under way.
UPDATE postings SET state = 'sending', sent_at = $2, tries = tries + 1 WHERE id = $1

-- name: confirmed
-- Seen in the practice's ledger.
UPDATE postings
SET state = 'confirmed', reference = $3, confirmed_at = $4, because = $5
WHERE practice_id = $1 AND external_id = $2 AND state <> 'confirmed'

-- name: uncertain
-- The answer was lost: nobody knows whether it is in the ledger.
UPDATE postings SET state = 'unknown' WHERE practice_id = $1 AND external_id = $2 AND state = 'sending'

-- name: needs_human
-- Refused for good, or contradictory: a person enters it by hand.
UPDATE postings SET state = 'needs_human', because = $3 WHERE practice_id = $1 AND external_id = $2 AND state <> 'confirmed'

-- name: late_for
-- The day on which money was booked, where that is after its own day: the books of that day were closed by then. What
-- was reported so late that it never stood in them goes to the first open day of the practice.
SELECT max(CASE WHEN (least(f.at, f.received_at) AT TIME ZONE c.time_zone)::date < e.booked_on
    THEN e.booked_on ELSE c.locked_until + 1 END)
FROM facts f
JOIN entries e ON e.fact = f.id AND e.kind IN (3, 4, 5, 6, 7)
JOIN balances b ON b.id = e.balance AND b.practice_id = f.practice_id AND b.balance_id = f.balance_id
JOIN calendars c ON c.practice_id = f.practice_id
WHERE f.practice_id = $1 AND f.fact_id = $2 AND $3::date <= c.locked_until AND e.booked_on > $3
    AND (e.booked_on > c.locked_until OR (least(f.at, f.received_at) AT TIME ZONE c.time_zone)::date < e.booked_on)
