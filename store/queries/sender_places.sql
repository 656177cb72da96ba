-- Queries of sender_places.py: how many texts one sending number may send.

-- name: take
-- One place in this minute and on this day, passing over those that others are taking; nothing when there is none.
UPDATE sender_places AS p
SET minute = greatest(p.minute, $2), taken = CASE WHEN p.minute < $2 THEN 1 ELSE p.taken + 1 END,
    day = greatest(p.day, $3), taken_today = CASE WHEN p.day < $3 THEN 1 ELSE p.taken_today + 1 END
FROM (
    SELECT f.place FROM sender_places f
    WHERE f.sender = $1 AND f.place BETWEEN 1 AND $4
        AND (f.minute < $2 OR f.taken < $5::integer / $4 + (f.place <= $5 % $4)::integer)
        AND (f.day < $3 OR f.taken_today < $6::integer / $4 + (f.place <= $6 % $4)::integer)
    ORDER BY f.place LIMIT 1 FOR UPDATE SKIP LOCKED) AS free
WHERE p.sender = $1 AND p.place = free.place
RETURNING p.place

-- name: open
-- The places of a number that has sent nothing yet, or less at once than it may now.
INSERT INTO sender_places (sender, place, minute, day, taken, taken_today)
SELECT $1, n, '-infinity', '-infinity', 0, 0 FROM generate_series(0, $2::integer) AS n
ON CONFLICT (sender, place) DO NOTHING

-- name: used_up
-- True when every place has given what it has for the day.
SELECT bool_and(p.day >= $2 AND p.taken_today >= $4::integer / $3 + (p.place <= $4 % $3)::integer)
FROM sender_places p
WHERE p.sender = $1 AND p.place BETWEEN 1 AND $3::smallint

-- name: queue
-- The minute in which whoever found no place asks again: as many in each as there are places, one minute after another.
UPDATE sender_places AS p
SET minute = CASE WHEN p.minute <= $2 THEN $2 + interval '1 minute' WHEN p.taken < $3 THEN p.minute
        ELSE p.minute + interval '1 minute' END,
    taken = CASE WHEN p.minute > $2 AND p.taken < $3 THEN p.taken + 1 ELSE 1 END
WHERE p.sender = $1 AND p.place = 0
RETURNING p.minute
