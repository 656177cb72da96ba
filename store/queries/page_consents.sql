-- Queries of page_consents.py: where a person may be written to, as their page shows it.

-- name: reached
-- The person behind a balance: their points, every word about consent, every stop, and where alone they want to be reached.
SELECT g.guarantor_id, described.body -> 'guarantor' AS described, described.at AS described_at,
    (SELECT coalesce(f.body -> 'only_at', '[]')::jsonb FROM facts f
     WHERE f.practice_id = g.practice_id AND f.guarantor_id = g.guarantor_id AND f.kind = 'confidential_requested'
     ORDER BY f.at DESC, f.fact_id COLLATE "C" DESC LIMIT 1) AS only_at,
    EXISTS (
        SELECT FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id
            AND (s.channel IS NULL OR s.kind <> 'contact_stopped')) AS ended,
    ARRAY(
        SELECT jsonb_build_object('channel', c.channel, 'value', c.value, 'purpose', c.purpose,
            'granted', c.status = 'granted', 'at', c.given_at)
        FROM consents c
        WHERE c.practice_id = g.practice_id AND c.guarantor_id = g.guarantor_id) AS consents,
    ARRAY(
        SELECT jsonb_build_object('channel', s.channel, 'at', s.since) FROM stops s
        WHERE s.practice_id = g.practice_id AND s.guarantor_id = g.guarantor_id AND s.kind = 'contact_stopped'
            AND s.channel IS NOT NULL) AS stopped
FROM balances b
JOIN guarantors g ON g.id = b.guarantor
JOIN facts described ON described.id = g.described_by
WHERE b.practice_id = $1 AND b.balance_id = $2

-- name: suppressed
-- What has been learned about these numbers and addresses.
SELECT channel, value, status, since FROM suppressions WHERE value = ANY ($1::text[])
