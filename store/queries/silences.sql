-- Queries of silences.py: the kill switch.

-- name: silence
-- Silence a practice, an agent, a channel or a template; what is null is silenced altogether.
INSERT INTO silences (since, practice_id, agent, channel, message, because, who)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING

-- name: found
-- The silence in force for exactly this.
SELECT since, practice_id, agent, channel, message, because, who, released_at, released_by
FROM silences
WHERE released_at IS NULL AND practice_id IS NOT DISTINCT FROM $1 AND agent IS NOT DISTINCT FROM $2
    AND channel IS NOT DISTINCT FROM $3 AND message IS NOT DISTINCT FROM $4

-- name: release
-- End exactly this silence.
UPDATE silences SET released_at = $5, released_by = $6
WHERE released_at IS NULL AND practice_id IS NOT DISTINCT FROM $1 AND agent IS NOT DISTINCT FROM $2
    AND channel IS NOT DISTINCT FROM $3 AND message IS NOT DISTINCT FROM $4
RETURNING since, practice_id, agent, channel, message, because, who, released_at, released_by

-- name: in_force
-- What is silenced now, the oldest first.
SELECT since, practice_id, agent, channel, message, because, who, released_at, released_by
FROM silences
WHERE released_at IS NULL AND ($1::text IS NULL OR practice_id IS NULL OR practice_id = $1)
ORDER BY id
