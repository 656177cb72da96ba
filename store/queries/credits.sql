-- Queries of credits.py: what is owed back to patients, and since when.

-- name: credits
-- Balances below nothing, by their entries, or the one asked for; since the latest fact that took them there.
WITH moved AS (
    SELECT e.balance, f.id, f.at,
        sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents ELSE 0 END) AS cents
    FROM balances b
    JOIN entries e ON e.balance = b.id AND e.kind < 8
    JOIN facts f ON f.id = e.fact
    WHERE ($1::text IS NULL OR b.practice_id = $1) AND ($2::text IS NULL OR b.balance_id = $2)
        AND EXISTS (SELECT FROM entries c WHERE c.balance = b.id AND 2 IN (c.debit, c.credit))
    GROUP BY e.balance, f.id, f.at),
stood AS (
    SELECT m.*, sum(m.cents) OVER turns AS net, sum(m.cents) OVER turns - m.cents AS before
    FROM moved m
    WINDOW turns AS (PARTITION BY m.balance ORDER BY m.at, m.id))
SELECT b.practice_id, b.balance_id, -sum(s.cents)::bigint AS cents, d.body -> 'guarantor' AS described,
    max(s.at) FILTER (WHERE s.net < 0 AND s.before >= 0) AS since
FROM stood s
JOIN balances b ON b.id = s.balance
LEFT JOIN guarantors g ON g.id = b.guarantor
LEFT JOIN facts d ON d.id = g.described_by
GROUP BY b.id, d.id
HAVING sum(s.cents) < 0
ORDER BY since, b.id
