-- The decision in force is kept where the case stands, and reasons in short: an open balance takes a fifth less room.
-- Each table and function is explained in store/schema.sql.
-- migrate:up

ALTER TABLE balances DROP CONSTRAINT balances_pay_code;
CREATE UNIQUE INDEX balances_pay_code ON balances (hashtextextended(pay_code, 0));

CREATE TABLE phrases (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    words text NOT NULL
);
CREATE UNIQUE INDEX phrases_once ON phrases (md5(words));

CREATE FUNCTION in_words(short text) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(reason.words ORDER BY reason.place), '{}')
    FROM (
        SELECT part.place, (
            SELECT coalesce(string_agg(piece || coalesce(part.numbers[nth + 1], ''), '' ORDER BY nth), '')
            FROM unnest(string_to_array(p.words, '#')) WITH ORDINALITY AS pieces (piece, nth)) AS words
        FROM (
            SELECT string_to_array(one, '|') AS numbers, place
            FROM unnest(string_to_array(short, ';')) WITH ORDINALITY AS parts (one, place)
        ) AS part
        JOIN phrases p ON p.id = part.numbers[1]::integer
    ) AS reason
$$;

CREATE FUNCTION pg_temp.in_short(reasons text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    reason text;
    template text;
    phrase integer;
    parts text[] := '{}';
BEGIN
    FOREACH reason IN ARRAY reasons LOOP
        template := regexp_replace(reason, '[0-9#]+([.,:][0-9#]+)*', '#', 'g');
        SELECT id INTO phrase FROM phrases WHERE md5(words) = md5(template);
        IF phrase IS NULL THEN
            INSERT INTO phrases (words) VALUES (template) RETURNING id INTO phrase;
        END IF;
        parts := parts || concat_ws('|', phrase, (
            SELECT string_agg(number[1], '|') FROM regexp_matches(reason, '([0-9#]+(?:[.,:][0-9#]+)*)', 'g') AS number));
    END LOOP;
    RETURN array_to_string(parts, ';');
END $$;

CREATE TEMP TABLE old_cases ON COMMIT DROP AS SELECT * FROM cases;
CREATE TEMP TABLE old_decisions ON COMMIT DROP AS SELECT * FROM decisions;
DROP TABLE cases;
DROP TABLE decisions;

CREATE TABLE cases (
    balance bigint PRIMARY KEY REFERENCES balances,
    decided_at timestamptz NOT NULL,
    next_step_at timestamptz,
    first_decided_at timestamptz,
    outstanding_cents integer NOT NULL,
    needs_staff boolean NOT NULL,
    stage text NOT NULL,
    policy_version text NOT NULL,
    rule text NOT NULL,
    step json NOT NULL,
    because text NOT NULL,
    close_reason text,
    state bytea,
    plan jsonb,
    CONSTRAINT cases_stage CHECK (stage IN (
        'evaluating', 'waiting', 'outreach', 'engaged', 'on_plan', 'held', 'with_staff', 'closed')),
    CONSTRAINT cases_close_reason CHECK (close_reason IN (
        'paid', 'written_off', 'insurance_responsible', 'withdrawn', 'to_agency')),
    CONSTRAINT cases_closed_is_whole CHECK (
        (stage = 'closed') = (state IS NOT NULL) AND (stage = 'closed') = (close_reason IS NOT NULL))
);
CREATE INDEX cases_due ON cases (next_step_at) WHERE next_step_at IS NOT NULL AND stage <> 'closed';

CREATE TABLE past_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    balance bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    act_at timestamptz,
    outstanding_cents integer NOT NULL,
    rule text NOT NULL,
    step json NOT NULL,
    because text NOT NULL,
    CONSTRAINT past_decisions_in_order PRIMARY KEY (balance, id)
);

CREATE VIEW decisions AS
SELECT balance, id, decided_at, act_at, outstanding_cents, (in_words(rule))[1] AS rule, step::jsonb AS step, in_words(because) AS because
FROM past_decisions
UNION ALL
SELECT balance, NULL, coalesce(first_decided_at, decided_at), next_step_at,
    outstanding_cents, (in_words(rule))[1], step::jsonb, in_words(because)
FROM cases;

INSERT INTO cases (balance, decided_at, next_step_at, first_decided_at, outstanding_cents, needs_staff, stage,
    policy_version, rule, step, because, close_reason, state, plan)
SELECT c.balance, c.decided_at, c.next_step_at, nullif(d.decided_at, c.decided_at), c.outstanding_cents, c.needs_staff,
    c.stage, pg_temp.in_short(ARRAY[c.policy_version]), pg_temp.in_short(ARRAY[d.rule]), d.step::text::json,
    pg_temp.in_short(d.because), c.close_reason, c.state, c.plan
FROM old_cases c JOIN old_decisions d ON d.balance = c.balance AND d.id = c.decision;
INSERT INTO past_decisions (balance, decided_at, act_at, outstanding_cents, rule, step, because)
SELECT d.balance, d.decided_at, d.act_at, d.outstanding_cents, pg_temp.in_short(ARRAY[d.rule]), d.step::text::json, pg_temp.in_short(d.because)
FROM old_decisions d
WHERE NOT EXISTS (SELECT FROM old_cases c WHERE c.balance = d.balance AND c.decision = d.id)
ORDER BY d.id;

-- migrate:down

CREATE TEMP TABLE new_cases ON COMMIT DROP AS SELECT *, (in_words(policy_version))[1] AS version FROM cases;
CREATE TEMP TABLE new_decisions ON COMMIT DROP AS SELECT * FROM decisions;
DROP VIEW decisions;
DROP TABLE cases;
DROP TABLE past_decisions;
DROP FUNCTION in_words;
DROP TABLE phrases;

CREATE TABLE decisions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    balance bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    act_at timestamptz,
    outstanding_cents integer NOT NULL,
    rule text NOT NULL,
    step jsonb NOT NULL,
    because text[] NOT NULL,
    CONSTRAINT decisions_in_order PRIMARY KEY (balance, id)
);

CREATE TABLE cases (
    balance bigint PRIMARY KEY REFERENCES balances,
    decision bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    next_step_at timestamptz,
    outstanding_cents integer NOT NULL,
    needs_staff boolean NOT NULL,
    stage text NOT NULL,
    policy_version text NOT NULL,
    close_reason text,
    state bytea,
    plan jsonb,
    CONSTRAINT cases_stage CHECK (stage IN (
        'evaluating', 'waiting', 'outreach', 'engaged', 'on_plan', 'held', 'with_staff', 'closed')),
    CONSTRAINT cases_close_reason CHECK (close_reason IN (
        'paid', 'written_off', 'insurance_responsible', 'withdrawn', 'to_agency')),
    CONSTRAINT cases_closed_is_whole CHECK (
        (stage = 'closed') = (state IS NOT NULL) AND (stage = 'closed') = (close_reason IS NOT NULL))
);
CREATE INDEX cases_due ON cases (next_step_at) WHERE next_step_at IS NOT NULL AND stage <> 'closed';

INSERT INTO decisions (balance, decided_at, act_at, outstanding_cents, rule, step, because)
SELECT balance, decided_at, act_at, outstanding_cents, rule, step, because FROM new_decisions ORDER BY balance, id;
INSERT INTO cases (balance, decision, decided_at, next_step_at, outstanding_cents, needs_staff, stage, policy_version,
    close_reason, state, plan)
SELECT c.balance, (SELECT max(d.id) FROM decisions d WHERE d.balance = c.balance), c.decided_at, c.next_step_at,
    c.outstanding_cents, c.needs_staff, c.stage, c.version, c.close_reason, c.state, c.plan
FROM new_cases c;
DROP INDEX balances_pay_code;
ALTER TABLE balances ADD CONSTRAINT balances_pay_code UNIQUE (pay_code);
