-- The whole database as it stands after all migrations, with the reason of each table and constraint.
-- It is for reading; migrations/ is what runs. A test proves that both give the same database.
--
-- Money is integer cents. Moments are timestamptz. Names of practices, balances and guarantors are the
-- outside's opaque ids; inside, rows point at each other by a bigint, which keeps rows and indexes small.
-- What is written in one statement with what it points at (guarantors, balances, deliveries, decisions) carries no
-- foreign key: checking each would cost a third of the speed at which facts are taken in.

-- --- what was reported ---------------------------------------------------------------------------------------

-- One row: something that happened, as it was reported, once. Rows are never changed but for `waiting`.
CREATE TABLE facts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,   -- the order in which facts were received
    at timestamptz NOT NULL,                              -- when it happened
    received_at timestamptz NOT NULL,
    amount_cents integer,                                 -- of the four kinds that carry money, nothing else
    waiting boolean NOT NULL DEFAULT false,               -- true while no balance is known that it concerns
    practice_id text NOT NULL,
    fact_id text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    balance_id text,
    guarantor_id text,
    body json NOT NULL,                                   -- all other fields that differ from their defaults
    CONSTRAINT facts_reported_once UNIQUE (practice_id, fact_id),
    CONSTRAINT facts_kind CHECK (kind IN (
        'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
        'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised', 'dispute_closed',
        'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
        'attorney_represents', 'estimate_disputed', 'confidential_requested', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
        'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed',
        'task_opened', 'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
        'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
        'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
        'consent_recorded', 'reading_corrected')),
    CONSTRAINT facts_amount CHECK (
        CASE
            WHEN kind IN ('payment_recorded', 'payment_reversed') THEN balance_id IS NOT NULL AND amount_cents > 0
            WHEN kind IN ('balance_posted', 'balance_adjusted') THEN balance_id IS NOT NULL AND amount_cents >= 0
            ELSE amount_cents IS NULL
        END IS TRUE)
);
-- An event about a card names only the card: what it serves is found here.
CREATE INDEX facts_cards ON facts ((body -> 'card' ->> 'payment_method_id')) WHERE kind = 'card_enrolled';
-- A reply is named by its fact id alone when staff corrects how it was read.
CREATE INDEX facts_replies ON facts (fact_id) WHERE kind = 'reply_received';
-- Where a person may be reached after a wish for confidential communication; the latest wish counts.
CREATE INDEX facts_confidential ON facts (practice_id, guarantor_id) WHERE kind = 'confidential_requested';
CREATE INDEX facts_waiting ON facts (practice_id, balance_id, guarantor_id) WHERE waiting;

-- One row: a person who owes. What is known of them is in the fact that described them last.
CREATE TABLE guarantors (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    described_by bigint NOT NULL,                         -- a fact: balance_posted or contact_updated
    described_at timestamptz NOT NULL,                    -- its `at`: an older description never replaces a newer
    last_reply_at timestamptz,
    practice_id text NOT NULL,
    guarantor_id text NOT NULL,
    reach bigint[] NOT NULL,                              -- hashes of the contact points, to find who writes
    CONSTRAINT guarantors_known_once UNIQUE (practice_id, guarantor_id)
);
CREATE INDEX guarantors_reach ON guarantors USING gin (reach) WITH (fastupdate = off);

-- One row: an amount a practice has billed to one guarantor, and the code of its payment page.
CREATE TABLE balances (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guarantor bigint NOT NULL,
    practice_id text NOT NULL,
    balance_id text NOT NULL,
    pay_code text NOT NULL,
    CONSTRAINT balances_known_once UNIQUE (practice_id, balance_id),
    CONSTRAINT balances_pay_code_is_long CHECK (length(pay_code) >= 22)
);
CREATE INDEX balances_guarantor ON balances (guarantor);
-- By its hash, which takes half the room.
CREATE UNIQUE INDEX balances_pay_code ON balances (hashtextextended(pay_code, 0));

-- One row: a code that no longer opens a payment page.
CREATE TABLE revoked_codes (
    pay_code text PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    revoked_at timestamptz NOT NULL
);

-- One row: a fact on its way to one balance's workflow.
CREATE TABLE fact_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY,               -- the order of delivery
    fact bigint NOT NULL,
    balance bigint NOT NULL,
    due_at timestamptz DEFAULT '-infinity',               -- a relay may take it then; null once the engine has it
    heard_at timestamptz,                                 -- a recorded decision took it into account
    undeliverable text,                                   -- why it was given up; a person looks at these
    CONSTRAINT fact_deliveries_once PRIMARY KEY (balance, fact)
) WITH (fillfactor = 85);  -- a row is rewritten twice on its way: room beside it keeps table and indexes small
CREATE INDEX fact_deliveries_unheard ON fact_deliveries (id) WHERE heard_at IS NULL AND undeliverable IS NULL;

-- One row: a vendor's webhook as it came in, verified and kept before it is understood.
CREATE TABLE inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    read_at timestamptz,
    vendor text NOT NULL,
    key text NOT NULL,                                    -- the vendor's own name for this event
    body bytea NOT NULL,
    headers jsonb NOT NULL,
    unreadable text,                                      -- why no fact could be made of it
    CONSTRAINT inbox_kept_once UNIQUE (vendor, key)
);
CREATE INDEX inbox_unread ON inbox (id) WHERE read_at IS NULL AND unreadable IS NULL;

-- --- who must not be contacted ---------------------------------------------------------------------------------

-- One row: a phone number or address that must not be used, whoever gave it to us. No source overwrites it.
CREATE TABLE suppressions (
    since timestamptz NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,                                  -- E.164, or the address in lower case
    status text NOT NULL,
    CONSTRAINT suppressions_once PRIMARY KEY (value, channel),
    CONSTRAINT suppressions_channel CHECK (channel IN ('sms', 'email', 'letter')),
    CONSTRAINT suppressions_status CHECK (
        status IN ('landline', 'dead', 'bounced', 'complained', 'opted_out', 'wrong_person'))
);

-- One row: something that silences a person on all balances, those posted later included (R-6, R-17, R-44, R-45).
CREATE TABLE stops (
    fact bigint NOT NULL REFERENCES facts,
    since timestamptz NOT NULL,
    practice_id text NOT NULL,
    guarantor_id text NOT NULL,
    kind text NOT NULL,
    channel text,                                         -- null: every channel
    CONSTRAINT stops_once UNIQUE NULLS NOT DISTINCT (practice_id, guarantor_id, kind, channel),
    CONSTRAINT stops_channel CHECK (channel IN ('sms', 'email', 'letter')),
    CONSTRAINT stops_kind CHECK (
        kind IN ('contact_stopped', 'guarantor_deceased', 'bankruptcy_filed', 'attorney_represents',
            'confidential_requested'))
);

-- One row: a person has silenced a practice, an agent, a channel or a template; what is null is silenced altogether.
-- A claim looks here within its transaction, so that a silence holds from the moment it is stored.
CREATE TABLE silences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since timestamptz NOT NULL,
    released_at timestamptz,                              -- null: in force
    practice_id text,
    agent text,
    channel text,
    message text,
    because text NOT NULL,
    who text NOT NULL,
    released_by text,
    CONSTRAINT silences_channel CHECK (channel IN ('sms', 'email', 'voice', 'letter')),
    CONSTRAINT silences_agent CHECK (
        agent IN ('payment', 'plan', 'recall', 'no_show', 'front_desk', 'voice', 'staff')),
    CONSTRAINT silences_released CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE UNIQUE INDEX silences_in_force ON silences (practice_id, agent, channel, message) NULLS NOT DISTINCT
    WHERE released_at IS NULL;

-- One row: what kind of line a number is, as it was looked up last (R-12).
CREATE TABLE line_lookups (
    looked_at timestamptz NOT NULL,
    value text NOT NULL,                                  -- E.164
    line text NOT NULL,
    verified_on date,                                     -- the day since which it was asked about; null: not asked
    reassigned text NOT NULL DEFAULT 'unknown',
    CONSTRAINT line_lookups_latest PRIMARY KEY (value),
    CONSTRAINT line_lookups_line CHECK (line IN ('mobile', 'landline', 'invalid', 'unknown')),
    CONSTRAINT line_lookups_reassigned CHECK (reassigned IN ('yes', 'no', 'unknown')),
    CONSTRAINT line_lookups_since_when CHECK (reassigned = 'unknown' OR verified_on IS NOT NULL)
);

-- One row: the latest word of a person on one number or address and one purpose, with its evidence (R-4).
-- Earlier words stay in the facts. Where there is none, the consent in the person's description is all we have.
CREATE TABLE consents (
    fact bigint NOT NULL REFERENCES facts,
    given_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    guarantor_id text NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,                                  -- E.164, or the address in lower case
    purpose text NOT NULL,
    status text NOT NULL,
    means text NOT NULL,                                  -- how it was given: a form, a call, a text
    wording text NOT NULL,                                -- the version of the words that were agreed to
    CONSTRAINT consents_latest PRIMARY KEY (practice_id, guarantor_id, channel, value, purpose),
    CONSTRAINT consents_channel CHECK (channel IN ('sms', 'email')),
    CONSTRAINT consents_purpose CHECK (purpose IN ('billing', 'recall', 'care')),
    CONSTRAINT consents_status CHECK (status IN ('granted', 'denied'))
);

-- --- what the agent decided and did ------------------------------------------------------------------------------

-- One row: words of ours with a # in place of each number, as reasons use them over and over.
CREATE TABLE phrases (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    words text NOT NULL
);
CREATE UNIQUE INDEX phrases_once ON phrases (md5(words));

-- Reasons as they were kept in short: `12|47|9:00;3` is phrase 12 with these two numbers in it, then phrase 3.
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

-- One row: where a balance stands now, the decision that says what comes next, and why.
CREATE TABLE cases (
    balance bigint PRIMARY KEY REFERENCES balances,
    decided_at timestamptz NOT NULL,
    next_step_at timestamptz,
    first_decided_at timestamptz,                         -- null: at decided_at; else since then, always the same
    outstanding_cents integer NOT NULL,
    needs_staff boolean NOT NULL,
    stage text NOT NULL,
    policy_version text NOT NULL,                         -- in short, as are rule and reasons
    rule text NOT NULL,
    step json NOT NULL,
    because text NOT NULL,
    close_reason text,
    state bytea,                                          -- of a closed case only: what it is reopened from
    plan jsonb,                                           -- the plan in force and its card, as the page shows them
    CONSTRAINT cases_stage CHECK (stage IN (
        'evaluating', 'waiting', 'outreach', 'engaged', 'on_plan', 'held', 'with_staff', 'closed')),
    CONSTRAINT cases_close_reason CHECK (close_reason IN (
        'paid', 'written_off', 'insurance_responsible', 'withdrawn', 'to_agency')),
    CONSTRAINT cases_closed_is_whole CHECK (
        (stage = 'closed') = (state IS NOT NULL) AND (stage = 'closed') = (close_reason IS NOT NULL))
);
CREATE INDEX cases_due ON cases (next_step_at) WHERE next_step_at IS NOT NULL AND stage <> 'closed';

-- One row: a decision that another one has followed.
CREATE TABLE past_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    balance bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    act_at timestamptz,
    outstanding_cents integer NOT NULL,
    rule text NOT NULL,                                   -- in short, as are its reasons
    step json NOT NULL,
    because text NOT NULL,
    CONSTRAINT past_decisions_in_order PRIMARY KEY (balance, id)
);

-- Every decision with its reasons in words, each once however often it was repeated; that in force has no id yet.
CREATE VIEW decisions AS
SELECT balance, id, decided_at, act_at, outstanding_cents, (in_words(rule))[1] AS rule, step::jsonb AS step, in_words(because) AS because
FROM past_decisions
UNION ALL
SELECT balance, NULL, coalesce(first_decided_at, decided_at), next_step_at,
    outstanding_cents, (in_words(rule))[1], step::jsonb, in_words(because)
FROM cases;

-- One row: one try to contact a person, with the proof that it was permitted.
-- A refused try stays for the record and frees its place; all others count against caps.
CREATE TABLE touches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint REFERENCES balances,                   -- null: an agent's touch that is about no balance
    guarantor bigint NOT NULL REFERENCES guarantors,
    claimed_at timestamptz NOT NULL,                      -- the first try
    tried_at timestamptz NOT NULL,                        -- the latest try
    resolved_at timestamptz,                              -- the provider's acceptance or refusal
    local_day date NOT NULL,                              -- of the latest try, where the guarantor lives
    outreach boolean NOT NULL,                            -- false: an answer in a conversation the patient opened
    touch_id text NOT NULL,
    status text NOT NULL,
    message text NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,                                  -- E.164, or the address in lower case
    provider_id text,
    text_hash text,
    refused_because text,
    proof jsonb NOT NULL,                                 -- reasons, counters, consent, local time, policy version
    agent text NOT NULL DEFAULT 'payment',                -- who asked for it
    reply_fact_id text,                                   -- the reply it answers
    thread text,                                          -- of an e-mail: the word in its reply address
    words text,                                           -- what it said, without the frame around an e-mail
    beside bigint REFERENCES touches,                     -- the touch it is one contact with, on another channel
    CONSTRAINT touches_status CHECK (status IN ('claimed', 'accepted', 'refused')),
    CONSTRAINT touches_channel CHECK (channel IN ('sms', 'email', 'letter')),
    CONSTRAINT touches_resolved CHECK ((status = 'claimed') = (resolved_at IS NULL)),
    CONSTRAINT touches_agent CHECK (
        agent IN ('payment', 'plan', 'recall', 'no_show', 'front_desk', 'voice', 'staff')),
    CONSTRAINT touches_proven CHECK ((status = 'accepted') = (provider_id IS NOT NULL AND text_hash IS NOT NULL))
);
-- The same message is never claimed, let alone accepted, twice.
CREATE UNIQUE INDEX touches_one_of_a_kind ON touches (touch_id) WHERE status <> 'refused';
-- The cap that no setting can loosen, held by the database itself: one outreach a day for a person and for a point.
CREATE UNIQUE INDEX touches_daily_guarantor ON touches (guarantor, local_day)
    WHERE status <> 'refused' AND outreach AND beside IS NULL;
-- A contact has two messages at most.
CREATE UNIQUE INDEX touches_beside ON touches (beside) WHERE status <> 'refused' AND beside IS NOT NULL;
CREATE UNIQUE INDEX touches_daily_point ON touches (value, local_day) WHERE status <> 'refused' AND outreach;
-- No reply is answered twice, however many balances of the person heard it.
CREATE UNIQUE INDEX touches_one_answer ON touches (guarantor, reply_fact_id)
    WHERE status <> 'refused' AND reply_fact_id IS NOT NULL;
CREATE UNIQUE INDEX touches_thread ON touches (thread) WHERE thread IS NOT NULL;
-- How many answers a number or address got lately.
CREATE INDEX touches_answers ON touches (value, tried_at) WHERE reply_fact_id IS NOT NULL;
CREATE INDEX touches_balance ON touches (balance);
-- Texts whose last report has not come are looked for every few minutes.
CREATE INDEX touches_texts ON touches (resolved_at) WHERE channel = 'sms' AND status = 'accepted';
CREATE INDEX touches_of_persons ON touches (guarantor) WHERE balance IS NULL;

-- One row: a place for texts of one sending number. What leaves in a minute and in a carriers' day is shared out among them,
-- so that claims on many machines take one each without waiting for one another, and never more than there are (R-10).
CREATE TABLE sender_places (
    minute timestamptz NOT NULL,                          -- in which it was last taken
    day date NOT NULL,                                    -- where the carriers count
    taken integer NOT NULL,                               -- in that minute
    taken_today integer NOT NULL,
    place smallint NOT NULL,                              -- 0: where the queue of those that found none ends
    sender text NOT NULL,                                 -- the practice's number, E.164
    PRIMARY KEY (sender, place)
) WITH (fillfactor = 50);

-- One row: a letter that was written, as it stood when its touch was claimed.
CREATE TABLE letters (
    touch bigint PRIMARY KEY REFERENCES touches,
    printed_at timestamptz,                               -- null: it lies ready, or was taken back
    recipient text NOT NULL,                              -- name and address, line by line
    words text NOT NULL,                                  -- paragraphs, a blank line between them
    link text NOT NULL,
    language text NOT NULL,
    printed_by text,
    withdrawn_because text,                               -- it never left
    CONSTRAINT letters_printed CHECK ((printed_at IS NULL) = (printed_by IS NULL)),
    CONSTRAINT letters_one_end CHECK (printed_at IS NULL OR withdrawn_because IS NULL)
);
CREATE INDEX letters_waiting ON letters (touch) WHERE printed_at IS NULL AND withdrawn_because IS NULL;

-- One row: a touch that was asked for and not permitted, and why; asked again for the same reason it is counted.
CREATE TABLE unsent (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint REFERENCES balances,
    guarantor bigint NOT NULL REFERENCES guarantors,
    asked_at timestamptz NOT NULL,                        -- for the first time
    last_asked_at timestamptz NOT NULL,
    not_before timestamptz,                               -- null: not at all
    times integer NOT NULL,
    touch_id text NOT NULL,
    agent text NOT NULL,
    message text NOT NULL,
    channel text NOT NULL,
    because text NOT NULL,
    proof jsonb NOT NULL,                                 -- what was looked at, of the latest time
    CONSTRAINT unsent_once UNIQUE (touch_id, because)
);
CREATE INDEX unsent_balance ON unsent (balance);
CREATE INDEX unsent_of_persons ON unsent (guarantor) WHERE balance IS NULL;

-- One row: what the practice's own system said about a balance when it was last asked.
CREATE TABLE ledger_readings (
    balance bigint PRIMARY KEY REFERENCES balances,
    read_at timestamptz NOT NULL,
    outstanding_cents integer NOT NULL,
    collectable boolean NOT NULL,
    hold_reasons text[] NOT NULL
);

-- One row: one patient payment (negative: its reversal) on its way into the practice's ledger.
CREATE TABLE postings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    paid_at timestamptz NOT NULL,
    begun_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,                         -- the latest try
    confirmed_at timestamptz,
    amount_cents integer NOT NULL,
    tries integer NOT NULL,
    practice_id text NOT NULL,
    external_id text NOT NULL,                            -- the payment's fact id
    state text NOT NULL,
    paid_where text NOT NULL,
    reference text,                                       -- the practice system's own
    because text,
    CONSTRAINT postings_once UNIQUE (practice_id, external_id),
    CONSTRAINT postings_amount CHECK (amount_cents <> 0),
    CONSTRAINT postings_state CHECK (
        state IN ('pending', 'sending', 'unknown', 'accepted', 'confirmed', 'failed', 'needs_human')),
    CONSTRAINT postings_proven CHECK (
        (state = 'confirmed') = (confirmed_at IS NOT NULL) AND (state <> 'confirmed' OR reference IS NOT NULL)),
    CONSTRAINT postings_explained CHECK (state NOT IN ('failed', 'needs_human') OR because IS NOT NULL)
);
CREATE INDEX postings_balance ON postings (balance);

-- One row: a question to a person, and what they answered. Notices belong to the practice where no balance fits.
CREATE TABLE tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint REFERENCES balances,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,                          -- service time: answered by then
    claimed_at timestamptz,
    resolved_at timestamptz,
    expected_cents integer NOT NULL,
    priority integer NOT NULL,                            -- higher first; grows with age without being rewritten
    call boolean NOT NULL,
    will_pay_by date,
    resume_on date,
    practice_id text NOT NULL,
    task_id text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    summary text NOT NULL,
    suggestion text NOT NULL,
    do_not_say text[] NOT NULL,
    reply_fact_id text,
    claimed_by text,
    resolved_by text,
    outcome text,
    note text,
    terms jsonb,                                          -- with plan_agreed: what was agreed by phone
    CONSTRAINT tasks_opened_once UNIQUE (practice_id, task_id),
    CONSTRAINT tasks_status CHECK (status IN ('open', 'claimed', 'resolved')),
    CONSTRAINT tasks_kind CHECK (kind IN (
        'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
        'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
        'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
        'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential',
        'debit_returned', 'credit_due', 'refund_refused', 'debit_ratio', 'letters_waiting', 'chargeback_lost')),
    CONSTRAINT tasks_of_a_case CHECK (balance IS NOT NULL OR kind IN (
        'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'credit_due',
        'refund_refused', 'debit_ratio', 'letters_waiting')),
    CONSTRAINT tasks_outcome CHECK (outcome IN (
        'will_pay', 'plan_agreed', 'wrong_number', 'dispute', 'assistance', 'no_answer', 'contact_updated',
        'resume', 'keep_paused', 'write_off', 'insurance_responsible', 'withdraw', 'done')),
    CONSTRAINT tasks_claimed CHECK (status <> 'claimed' OR (claimed_by IS NOT NULL AND claimed_at IS NOT NULL)),
    CONSTRAINT tasks_resolved CHECK (
        (status = 'resolved') = (resolved_at IS NOT NULL AND resolved_by IS NOT NULL AND outcome IS NOT NULL))
);
CREATE INDEX tasks_to_do ON tasks (practice_id, priority DESC) WHERE status <> 'resolved';
CREATE INDEX tasks_balance ON tasks (balance);

-- --- plans -----------------------------------------------------------------------------------------------------------

-- What the payments of a plan come to, so that the log can hold its own sum against them.
CREATE FUNCTION payments_sum(payments jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT coalesce(sum((payment ->> 'amount_cents')::bigint), 0)::bigint FROM jsonb_array_elements(payments) AS payment
$$;

-- One row: how a reply was read for one balance, by which reader. The reply's words stay in its fact.
CREATE TABLE readings (
    balance bigint NOT NULL REFERENCES balances,
    reply bigint NOT NULL REFERENCES facts,
    at timestamptz NOT NULL,
    confidence real NOT NULL,                             -- the chance that the action is right
    abstain boolean NOT NULL,                             -- not certain enough: a person was asked
    reader text NOT NULL,
    action text NOT NULL,
    intents text[] NOT NULL,                              -- all that are expressed, the primary one first
    slots jsonb NOT NULL,
    CONSTRAINT readings_once PRIMARY KEY (balance, reply),
    CONSTRAINT readings_intents CHECK (cardinality(intents) > 0)
);

-- One row: what a second reader said of a reply that the first was not sure of, and what asking it cost.
CREATE TABLE opinions (
    reply bigint PRIMARY KEY REFERENCES facts,
    at timestamptz NOT NULL,
    cost_microdollars bigint NOT NULL,
    tokens_in integer NOT NULL,
    tokens_out integer NOT NULL,
    took_ms integer NOT NULL,
    outcome text NOT NULL,
    model text NOT NULL,
    intents text[] NOT NULL,
    CONSTRAINT opinions_outcome CHECK (outcome IN ('answered', 'failed', 'too_slow', 'unusable'))
);

-- One row: what a person says a reply means. The reply's words stay in its fact. Of several rows about a reply the
-- latest counts, and none is ever changed or removed.
CREATE TABLE reply_corrections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reply bigint NOT NULL REFERENCES facts,
    at timestamptz NOT NULL,
    who text NOT NULL,
    reader text NOT NULL,                                 -- the version of the reader at work then
    action text NOT NULL,
    intents text[] NOT NULL,                              -- all that are expressed, the primary one first
    slots jsonb NOT NULL,
    CONSTRAINT reply_corrections_intents CHECK (cardinality(intents) > 0)
);
CREATE INDEX reply_corrections_of_a_reply ON reply_corrections (reply, id);
CREATE FUNCTION reply_corrections_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a correction is never changed or removed; correct the reply once more';
END $$;
CREATE TRIGGER reply_corrections_stay BEFORE UPDATE OR DELETE ON reply_corrections
    FOR EACH ROW EXECUTE FUNCTION reply_corrections_stay();

-- One row: terms of a plan as they came into force, for the coordinator's weekly reading (S53).
CREATE TABLE plan_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    at timestamptz NOT NULL,
    read_at timestamptz,
    undone_at timestamptz,                                -- a person took it back in the review
    revision integer NOT NULL,
    beyond_down integer NOT NULL,                         -- payments without the down payment: four is the law's line
    total_cents integer NOT NULL,
    sampled boolean NOT NULL,                             -- picked for reading
    practice_id text NOT NULL,
    plan_id text NOT NULL,
    agreed_by text NOT NULL,
    approved_by text NOT NULL,
    change text NOT NULL,
    policy_version text NOT NULL,
    payments jsonb NOT NULL,
    because text[] NOT NULL,
    read_by text,
    CONSTRAINT plan_log_once UNIQUE (practice_id, plan_id, revision),
    CONSTRAINT plan_log_sums_to_the_cent CHECK (total_cents > 0 AND payments_sum(payments) = total_cents),
    CONSTRAINT plan_log_approved_by CHECK (approved_by IN ('policy', 'person')),
    CONSTRAINT plan_log_agreed_by CHECK (agreed_by IN ('reply', 'page', 'phone', 'staff')),
    CONSTRAINT plan_log_read CHECK ((read_at IS NULL) = (read_by IS NULL))
);
CREATE INDEX plan_log_balance ON plan_log (balance);

-- One row: a decision about a plan that brought no terms into force, for the same weekly reading (S53).
CREATE TABLE plan_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    at timestamptz NOT NULL,
    read_at timestamptz,
    sampled boolean NOT NULL,                             -- picked for reading
    practice_id text NOT NULL,
    name text NOT NULL,                                   -- of the end, the stop, the message, the task, the refusal
    decision text NOT NULL,
    asked_by text NOT NULL,
    approved_by text NOT NULL,
    reason text NOT NULL,                                 -- why something else was offered than what was asked
    policy_version text NOT NULL,
    payments jsonb NOT NULL,
    because text[] NOT NULL,
    read_by text,
    CONSTRAINT plan_decisions_once UNIQUE (practice_id, name),
    CONSTRAINT plan_decisions_decision CHECK (
        decision IN ('offered', 'countered', 'cancelled', 'refused', 'handed', 'autopay_stopped')),
    CONSTRAINT plan_decisions_countered CHECK ((decision = 'countered') = (reason <> '')),
    CONSTRAINT plan_decisions_asked_by CHECK (asked_by IN ('reply', 'page', 'phone', 'staff', 'review', 'agent')),
    CONSTRAINT plan_decisions_approved_by CHECK (approved_by IN ('policy', 'person')),
    CONSTRAINT plan_decisions_because CHECK (cardinality(because) > 0),
    CONSTRAINT plan_decisions_read CHECK ((read_at IS NULL) = (read_by IS NULL))
);
CREATE INDEX plan_decisions_balance ON plan_decisions (balance);

-- One row: one try at charging one payment of a plan, written before it is made.
CREATE TABLE charges (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    begun_at timestamptz NOT NULL,
    settled_at timestamptz,
    amount_cents integer NOT NULL,
    installment integer NOT NULL,
    attempt integer NOT NULL,
    practice_id text NOT NULL,
    plan_id text NOT NULL,
    state text NOT NULL,
    payment_method text NOT NULL,                         -- the processor's id of the card: the networks count per card
    statement_name text NOT NULL,
    try_key text NOT NULL,                                -- names plan, installment and try, at the processor too
    card jsonb NOT NULL,
    CONSTRAINT charges_one_try UNIQUE (practice_id, plan_id, installment, attempt),
    CONSTRAINT charges_key UNIQUE (practice_id, try_key),
    CONSTRAINT charges_amount CHECK (amount_cents > 0),
    CONSTRAINT charges_ceiling CHECK (attempt BETWEEN 1 AND 4),
    CONSTRAINT charges_state CHECK (state IN ('begun', 'charged', 'declined', 'pending')),
    CONSTRAINT charges_settled CHECK ((state = 'begun') = (settled_at IS NULL))
);
-- One charge of a plan is in doubt at a time, and no payment is charged twice: whatever the program does.
CREATE UNIQUE INDEX charges_one_at_a_time ON charges (practice_id, plan_id) WHERE state = 'begun';
CREATE UNIQUE INDEX charges_never_twice ON charges (practice_id, plan_id, installment) WHERE state IN ('charged', 'pending');
CREATE INDEX charges_refused ON charges (payment_method, settled_at) WHERE state = 'declined';
CREATE INDEX charges_balance ON charges (balance);
-- The last look before a card is charged is the database's: what is owed, who allowed it, who stopped it, and what the
-- card last said. Whatever the program believes, a try that breaks one of these is never written down, so never made.
CREATE FUNCTION charges_are_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed bigint;
    flying bigint;
    allowed timestamptz;
    renewed timestamptz;
BEGIN
    IF EXISTS (SELECT FROM charges c WHERE c.practice_id = NEW.practice_id AND c.try_key = NEW.try_key) THEN
        RETURN NEW;  -- Begun before: nothing is written.
    END IF;
    SELECT m.responsibility_cents - m.paid_cents INTO owed FROM money_of(NEW.balance) m;
    -- A debit that is under way counts until its outcome is told.
    SELECT coalesce(sum(c.amount_cents), 0) INTO flying
    FROM charges c
    WHERE c.balance = NEW.balance AND c.state IN ('begun', 'pending') AND NOT EXISTS (
        SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = NEW.balance AND f.kind IN ('payment_recorded', 'charge_declined')
            AND f.body ->> 'plan_id' = c.plan_id AND (f.body ->> 'installment')::integer = c.installment
            AND (f.body ->> 'attempt')::integer = c.attempt);
    IF NEW.amount_cents > owed - flying THEN
        RAISE EXCEPTION 'more would be charged than is owed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_within_what_is_owed';
    END IF;
    SELECT max(f.at) FILTER (WHERE f.kind = 'card_enrolled'), max(f.at) INTO allowed, renewed
    FROM fact_deliveries d JOIN facts f ON f.id = d.fact
    WHERE d.balance = NEW.balance AND f.kind IN ('card_enrolled', 'card_changed')
        AND f.body -> 'card' ->> 'payment_method_id' = NEW.payment_method
        AND (f.kind = 'card_changed' OR f.body ->> 'plan_id' = NEW.plan_id);
    IF allowed IS NULL THEN
        RAISE EXCEPTION 'this card may not be charged for this plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_need_a_mandate';
    END IF;
    IF EXISTS (
        SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = NEW.balance AND f.at > allowed AND CASE f.kind
            WHEN 'card_removed' THEN f.body ->> 'payment_method_id' = NEW.payment_method
            WHEN 'plan_change_asked' THEN
                f.body ->> 'plan_id' = NEW.plan_id AND f.body ->> 'wish' IN ('cancel', 'stop_autopay')
            ELSE f.kind IN ('autopay_stopped', 'plan_cancelled') AND f.body ->> 'plan_id' = NEW.plan_id
        END
    ) OR EXISTS (  -- What was stopped by a text stands in the plan as its case last recorded it.
        SELECT FROM cases c
        WHERE c.balance = NEW.balance AND c.plan -> 'mandate' ->> 'plan_id' = NEW.plan_id
            AND (c.plan -> 'mandate' ->> 'stopped_at')::timestamptz > allowed
    ) THEN
        RAISE EXCEPTION 'charging this card was stopped'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_never_after_a_stop';
    END IF;
    IF EXISTS (
        SELECT FROM fact_deliveries d JOIN facts f ON f.id = d.fact
        WHERE d.balance = NEW.balance AND f.kind = 'charge_declined' AND f.at >= renewed
            AND f.body ->> 'plan_id' = NEW.plan_id AND (f.body ->> 'installment')::integer = NEW.installment
            AND f.body ->> 'again' <> 'later'
    ) THEN
        RAISE EXCEPTION 'the card was refused for good'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_never_after_a_final_no';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charges_are_allowed BEFORE INSERT ON charges FOR EACH ROW EXECUTE FUNCTION charges_are_allowed();
-- The networks count the refusals of one card over all plans, each to a number of its own (R-32, R-33). The ceilings in the
-- rules may be lower; above these no card is tried, whatever the program believes. A try under way counts, since it may be
-- refused as well; one card is counted by one transaction at a time, so that two plans do not both take the last try.
CREATE FUNCTION ceiling_of(network text, OUT in_a_day integer, OUT in_30_days integer) LANGUAGE sql IMMUTABLE AS $$
    SELECT 10, CASE lower(network) WHEN 'mastercard' THEN 35 ELSE 15 END
$$;
CREATE FUNCTION charges_keep_to_the_ceilings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ceiling record;
    under_way bigint;
    in_a_day bigint;
    in_30_days bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('card:' || NEW.payment_method, 0));
    IF EXISTS (SELECT FROM charges c WHERE c.practice_id = NEW.practice_id AND c.try_key = NEW.try_key) THEN
        RETURN NEW;  -- Begun before: nothing is written.
    END IF;
    ceiling := ceiling_of(coalesce(NEW.card ->> 'brand', ''));
    SELECT count(*) INTO under_way FROM charges c WHERE c.payment_method = NEW.payment_method AND c.state = 'begun';
    SELECT count(*) FILTER (WHERE c.settled_at > NEW.begun_at - interval '24 hours'), count(*) INTO in_a_day, in_30_days
    FROM charges c
    WHERE c.payment_method = NEW.payment_method AND c.state = 'declined'
        AND c.settled_at > NEW.begun_at - interval '720 hours';
    IF in_a_day + under_way >= ceiling.in_a_day OR in_30_days + under_way >= ceiling.in_30_days THEN
        RAISE EXCEPTION 'the card would be tried more often than the networks allow'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_within_the_networks_ceilings';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charges_keep_to_the_ceilings BEFORE INSERT ON charges
    FOR EACH ROW EXECUTE FUNCTION charges_keep_to_the_ceilings();

-- --- paying ----------------------------------------------------------------------------------------------------------

-- One row: a hosted page that was opened for a balance: to pay an amount, or to put a card on file for a plan.
CREATE TABLE checkouts (
    session_id text PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    created_at timestamptz NOT NULL,
    amount_cents integer,
    ended_at timestamptz,                                 -- closed by us, because what it asks for is out of date
    mode text NOT NULL DEFAULT 'payment',
    plan_id text,
    CONSTRAINT checkouts_purpose CHECK (
        CASE mode
            WHEN 'payment' THEN amount_cents > 0 AND plan_id IS NULL
            WHEN 'setup' THEN amount_cents IS NULL AND plan_id IS NOT NULL
        END IS TRUE)
);
CREATE INDEX checkouts_balance ON checkouts (balance);
CREATE INDEX checkouts_open ON checkouts (created_at) WHERE ended_at IS NULL;

-- One row: what one balance gets of a page on which several of one person are paid; a page of one balance has none.
CREATE TABLE checkout_shares (
    session_id text NOT NULL REFERENCES checkouts,
    balance bigint NOT NULL REFERENCES balances,
    amount_cents integer NOT NULL,
    CONSTRAINT checkout_shares_once PRIMARY KEY (session_id, balance),
    CONSTRAINT checkout_shares_amount CHECK (amount_cents > 0)
);
CREATE INDEX checkout_shares_balance ON checkout_shares (balance);

-- One row: what a patient was shown and agreed to before a card was taken for later charges (R-30, R-34). It stays
-- as it was given. The card's last digits and the processor's authorization are in the fact `card_enrolled`.
CREATE TABLE card_consents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    agreed_at timestamptz NOT NULL,
    session_id text NOT NULL REFERENCES checkouts,        -- the hosted page it led to
    plan_id text NOT NULL,
    language text NOT NULL,
    purpose text NOT NULL,
    text_version text NOT NULL,
    text_sha256 text NOT NULL,
    words text NOT NULL,                                  -- what was shown, whole
    terms jsonb NOT NULL,                                 -- amounts and dates
    CONSTRAINT card_consents_once UNIQUE (session_id),
    CONSTRAINT card_consents_hash CHECK (text_sha256 ~ '^[0-9a-f]{64}$')
);
CREATE INDEX card_consents_balance ON card_consents (balance, plan_id);
CREATE FUNCTION card_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consent that was given is never changed or removed';
END $$;
CREATE TRIGGER card_consents_stay BEFORE UPDATE OR DELETE ON card_consents
    FOR EACH ROW EXECUTE FUNCTION card_consents_stay();

-- One row: a card nothing may be charged to any more, which the processor was asked to drop.
CREATE TABLE forgotten_cards (
    payment_method_id text PRIMARY KEY,
    forgotten_at timestamptz NOT NULL
);

-- One row: how often one visitor knocked in the current stretch of time. Losing it in a crash harms nobody.
CREATE UNLOGGED TABLE knocks (
    visitor bytea PRIMARY KEY,                            -- a hash: no address of a person is kept
    until timestamptz NOT NULL,
    count integer NOT NULL
);
CREATE INDEX knocks_until ON knocks (until);

-- --- money that goes back -------------------------------------------------------------------------------------------------

-- One row: a person's word to give a credit back, written before any money moves. A credit is named by when it began and
-- what it came to: the same wish again is the same row, and only one that came to nothing has a second attempt.
CREATE TABLE refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance bigint NOT NULL REFERENCES balances,
    asked_at timestamptz NOT NULL,
    credit_since timestamptz NOT NULL,
    cents integer NOT NULL,
    credit_cents integer NOT NULL,                        -- what was owed back when it was asked for
    attempt integer NOT NULL,
    in_practice_ledger boolean NOT NULL,                  -- the practice has entered it by itself
    practice_id text NOT NULL,
    refund_id text NOT NULL,
    how text NOT NULL,
    role text NOT NULL,
    who text NOT NULL,
    because text NOT NULL,
    note text NOT NULL,                                   -- such as the number of the check
    CONSTRAINT refunds_once UNIQUE (practice_id, refund_id),
    CONSTRAINT refunds_of_a_credit UNIQUE (balance, credit_since, credit_cents, attempt),
    CONSTRAINT refunds_never_more CHECK (cents > 0 AND cents <= credit_cents),
    CONSTRAINT refunds_how CHECK (how IN ('card', 'check', 'cash', 'other')),
    CONSTRAINT refunds_role CHECK (role IN ('front_desk', 'coordinator', 'manager', 'owner')),
    CONSTRAINT refunds_explained CHECK (because <> '' AND (how = 'card' OR note <> ''))
);

-- One row: what of a refund goes back of one payment.
CREATE TABLE refund_parts (
    refund bigint NOT NULL REFERENCES refunds,
    tried_at timestamptz,                                 -- when the processor was last asked to
    cents integer NOT NULL,
    place smallint NOT NULL,
    payment_fact_id text NOT NULL,
    reference text NOT NULL,                              -- the processor's id of the payment; empty for other money
    state text NOT NULL,
    reversal_fact_id text,                                -- the fact that it left
    because text,
    CONSTRAINT refund_parts_once PRIMARY KEY (refund, place),
    CONSTRAINT refund_parts_cents CHECK (cents > 0),
    CONSTRAINT refund_parts_state CHECK (state IN ('asked', 'made', 'refused')),
    CONSTRAINT refund_parts_made CHECK ((state = 'made') = (reversal_fact_id IS NOT NULL)),
    CONSTRAINT refund_parts_refused CHECK ((state = 'refused') = (because IS NOT NULL))
);
CREATE UNIQUE INDEX refund_parts_reversal ON refund_parts (reversal_fact_id);
CREATE INDEX refund_parts_open ON refund_parts (refund) WHERE state = 'asked';

-- --- the sub-ledger -----------------------------------------------------------------------------------------------------

-- One row: by which clock a practice's days are counted, and up to which day its books are closed.
CREATE TABLE calendars (
    practice_id text PRIMARY KEY,
    time_zone text NOT NULL,
    locked_until date                                     -- what is late for a closed day is booked on the first open one
);

-- One row: cents that moved from one account to another because of one fact. What is taken from one account is given to
-- the other by the same row, so no posting can be unbalanced; the same fact cannot be booked twice; and no row is ever
-- changed. Balances are sums of rows.
--
-- accounts: 1 receivable from patients, 2 credit owed to patients, 3 cash in transit (at the card processor),
--           4 cash settled (at the practice), 5 processor's fees, 6 charges, 7 adjustments
-- kinds:    1 charge, 2 adjustment, 3 payment, 4 refund, 5 chargeback, 6 returned, 7 correction, 8 settlement, 9 fee,
--           10 payout failed: the bank sent settled money back to the processor
-- parts:    0 what touches the receivable, 1 what touches the credit, 2 the settlement, 3 the fee, 4 the failure of its
--           payout; settled once more, 6, and so on: each settlement and each failure has a part of its own
CREATE TABLE entries (
    balance bigint NOT NULL,
    fact bigint NOT NULL,
    cents integer NOT NULL,
    booked_on date NOT NULL,
    debit smallint NOT NULL,
    credit smallint NOT NULL,
    kind smallint NOT NULL,
    part smallint NOT NULL,
    CONSTRAINT entries_once PRIMARY KEY (balance, fact, part),
    CONSTRAINT entries_move_money CHECK (cents > 0 AND debit <> credit),
    CONSTRAINT entries_between CHECK (CASE kind
        WHEN 1 THEN debit = 1 AND credit = 6 AND part = 0
        WHEN 2 THEN (debit = 7 AND credit = part + 1 OR credit = 7 AND debit = part + 1) AND part IN (0, 1)
        WHEN 3 THEN debit IN (3, 4) AND credit = part + 1 AND part IN (0, 1)
        WHEN 8 THEN (debit = 4 AND credit = 3 OR debit = 3 AND credit = 4) AND part % 4 = 2
        WHEN 9 THEN (debit = 5 AND credit = 3 OR debit = 3 AND credit = 5) AND part = 3
        WHEN 10 THEN (debit = 3 AND credit = 4 OR debit = 4 AND credit = 3) AND part % 4 = 0 AND part > 0
        ELSE kind IN (4, 5, 6, 7) AND debit = part + 1 AND credit IN (3, 4) AND part IN (0, 1)
    END)
);

-- After every statement that adds entries: what is receivable and what is owed back is never below nothing, never both
-- at once, and no closed day has got a new entry. Other writers to the same balance are waited for first, so that two
-- of them cannot each be right alone and wrong together. A charge only adds to what is receivable and is not looked at.
CREATE FUNCTION entries_are_sound() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM balances WHERE id IN (SELECT balance FROM fresh WHERE kind <> 1)
        ORDER BY practice_id, balance_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT balance FROM fresh WHERE kind <> 1) AS touched
        CROSS JOIN LATERAL (
            SELECT sum(CASE 1 WHEN e.debit THEN e.cents WHEN e.credit THEN -e.cents ELSE 0 END) AS receivable,
                sum(CASE 2 WHEN e.credit THEN e.cents WHEN e.debit THEN -e.cents ELSE 0 END) AS owed_back
            FROM entries e
            WHERE e.balance = touched.balance
        ) AS stands
        WHERE receivable < 0 OR owed_back < 0 OR (receivable > 0 AND owed_back > 0))
    THEN
        RAISE check_violation USING MESSAGE = 'entries_over_applied: more was applied to a balance than stood on it';
    END IF;
    IF EXISTS (SELECT FROM calendars WHERE locked_until >= (SELECT min(booked_on) FROM fresh)) THEN
        IF EXISTS (
            SELECT FROM fresh
            JOIN balances b ON b.id = fresh.balance
            JOIN calendars c ON c.practice_id = b.practice_id
            WHERE fresh.booked_on <= c.locked_until)
        THEN
            RAISE check_violation USING MESSAGE = 'entries_in_open_months: the books of that day are closed';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_are_sound AFTER INSERT ON entries
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entries_are_sound();

-- Money of one fact is at the bank or it is not: it is settled once, and once more only after the payout that held it failed.
CREATE FUNCTION entries_settle_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT e.part, sum(CASE e.kind WHEN 8 THEN 1 ELSE -1 END) OVER turns AS settled,
                sum(CASE WHEN e.debit = 4 THEN e.cents ELSE -e.cents END) OVER turns AS cents
            FROM entries e
            WHERE e.balance = NEW.balance AND e.fact = NEW.fact AND e.kind IN (8, 10)
            WINDOW turns AS (ORDER BY e.part)) AS each
        WHERE settled NOT IN (0, 1) OR (settled = 0 AND cents <> 0))
    THEN
        RAISE check_violation USING MESSAGE = 'entries_settle_in_turn: money is settled once, and again only after its payout failed whole';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_settle_in_turn AFTER INSERT ON entries
    FOR EACH ROW WHEN (NEW.kind IN (8, 10)) EXECUTE FUNCTION entries_settle_in_turn();

CREATE FUNCTION entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'entries_stay: an entry is never changed or removed; book the opposite';
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_stay();

-- Money facts that have just reached balances, each balance's in the order given: what is owed changes by so much, from
-- what is receivable first or from what is credit. A fact that changes no sum, such as a re-posting of the same share,
-- leaves no entry. `opened` balances are new, and what `posted` left with the patient is all that stands on them. Whoever
-- calls holds the locks. A statement of its own for each turn, since the next fact of a balance builds on the one before.
-- Planned once, as a look into an index for each row: a plan made while the tables were small would be kept too long.
CREATE FUNCTION book_money(opened bigint[], posted bigint[], reached bigint[], told bigint[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    turns bigint := CASE WHEN cardinality(reached) < 2 THEN cardinality(reached) ELSE (
        SELECT max(n) FROM (SELECT count(*) AS n FROM unnest(reached) AS balance GROUP BY balance) AS each) END;
BEGIN
    IF cardinality(opened) > 0 THEN
        INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
        SELECT w.balance, w.fact, f.amount_cents,
            greatest((least(f.at, f.received_at) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1), 1, 6, 1, 0
        FROM unnest(opened, posted) AS w (balance, fact)
        JOIN facts f ON f.id = w.fact
        LEFT JOIN calendars c ON c.practice_id = f.practice_id
        WHERE f.amount_cents > 0;
    END IF;
    FOR this_turn IN 1 .. coalesce(turns, 0) LOOP
        INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
        SELECT p.balance, p.fact, abs(p.moved), p.booked_on,
            CASE WHEN p.moved * p.sign > 0 THEN p.account ELSE p.other END,
            CASE WHEN p.moved * p.sign > 0 THEN p.other ELSE p.account END, p.kind, p.part
        FROM (
            SELECT m.balance, m.fact, m.booked_on, m.other, m.kind, part.part, part.account, part.sign,
                greatest(part.sign * m.after, 0) - greatest(part.sign * m.before, 0) AS moved
            FROM (
                SELECT w.balance, w.fact, stood.net AS before,
                    greatest((least(f.at, f.received_at) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, c.locked_until + 1) AS booked_on,
                    stood.net + CASE f.kind
                        WHEN 'payment_recorded' THEN -f.amount_cents
                        WHEN 'payment_reversed' THEN f.amount_cents
                        ELSE (
                            SELECT priced.amount_cents
                            FROM fact_deliveries d
                            JOIN facts priced ON priced.id = d.fact
                            WHERE d.balance = w.balance AND priced.kind IN ('balance_posted', 'balance_adjusted') AND d.id <= (
                                SELECT own.id FROM fact_deliveries own WHERE own.balance = w.balance AND own.fact = w.fact)
                            ORDER BY priced.at DESC, priced.fact_id COLLATE "C" DESC
                            LIMIT 1
                        ) - stood.share
                    END AS after,
                    CASE WHEN f.kind IN ('balance_posted', 'balance_adjusted') THEN CASE WHEN stood.any THEN 7 ELSE 6 END
                        WHEN f.fact_id LIKE 'stripe.%' THEN 3
                        ELSE 4
                    END AS other,
                    CASE f.kind
                        WHEN 'payment_recorded' THEN 3
                        WHEN 'payment_reversed' THEN
                            CASE f.body ->> 'why' WHEN 'refund' THEN 4 WHEN 'chargeback' THEN 5 WHEN 'returned' THEN 6 ELSE 7 END
                        ELSE CASE WHEN stood.any THEN 2 ELSE 1 END
                    END AS kind
                FROM (
                    SELECT balance, fact, row_number() OVER (PARTITION BY balance ORDER BY place) AS turn
                    FROM unnest(reached, told) WITH ORDINALITY AS w (balance, fact, place)
                ) AS w
                JOIN facts f ON f.id = w.fact
                LEFT JOIN calendars c ON c.practice_id = f.practice_id
                CROSS JOIN LATERAL (
                    SELECT
                        coalesce(sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents END), 0) AS net,
                        coalesce(sum(CASE WHEN e.credit IN (6, 7) THEN e.cents WHEN e.debit IN (6, 7) THEN -e.cents END), 0) AS share,
                        count(*) > 0 AS any
                    FROM entries e
                    WHERE e.balance = w.balance
                ) AS stood
                WHERE w.turn = this_turn
            ) AS m
            CROSS JOIN (VALUES (0, 1, 1), (1, 2, -1)) AS part (part, account, sign)
        ) AS p
        WHERE p.moved <> 0;
    END LOOP;
END $$;

-- Facts that concern one known balance each and nothing else: kept once, put on the way to their balances and, where
-- they move money, booked; true. False when a balance among them is not known or a fact among them is: then none is
-- kept. Each statement sees what others stored before the locks were had, as one single statement would not.
CREATE FUNCTION keep_plain(now timestamptz, moments timestamptz[], amounts integer[], practices text[], fact_ids text[],
    kinds text[], sources text[], balance_ids text[], guarantor_ids text[], bodies text[]) RETURNS boolean
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    owners bigint[];
    told bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('month:' || practice_id, 0))
    FROM (SELECT DISTINCT practice_id FROM unnest(practices) AS practice_id ORDER BY 1) AS practice;
    SELECT array_agg(found.id ORDER BY found.place) INTO owners
    FROM (
        SELECT b.id, g.place
        FROM unnest(practices, balance_ids) WITH ORDINALITY AS g (practice_id, balance_id, place)
        JOIN balances b ON b.practice_id = g.practice_id AND b.balance_id = g.balance_id
        ORDER BY b.practice_id, b.balance_id
        FOR NO KEY UPDATE OF b
    ) AS found;
    IF cardinality(owners) IS DISTINCT FROM cardinality(practices) THEN
        RETURN false;
    END IF;
    SELECT array_agg(nextval('facts_id_seq')) INTO told FROM generate_series(1, cardinality(owners));
    INSERT INTO facts (id, at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
    OVERRIDING SYSTEM VALUE
    SELECT id, at, now, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body::json
    FROM unnest(told, moments, amounts, practices, fact_ids, kinds, sources, balance_ids, guarantor_ids, bodies)
        AS f (id, at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body);
    INSERT INTO fact_deliveries (fact, balance) SELECT fact, balance FROM unnest(told, owners) AS f (fact, balance);
    PERFORM book_money('{}', '{}', array_agg(balance), array_agg(fact))
    FROM unnest(owners, told, amounts) AS kept (balance, fact, cents)
    WHERE cents IS NOT NULL
    HAVING count(*) > 0;
    RETURN true;
EXCEPTION WHEN unique_violation THEN RETURN false;
END $$;

-- Remember which facts describe persons; of several descriptions of one person the latest that happened counts.
CREATE FUNCTION describe_guarantors(told bigint[], moments timestamptz[], practices text[], fact_ids text[],
    guarantor_ids text[], points text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO guarantors AS known (described_by, described_at, practice_id, guarantor_id, reach)
    SELECT DISTINCT ON (g.practice_id, g.guarantor_id) g.fact, g.at, g.practice_id, g.guarantor_id,
        ARRAY(SELECT hashtextextended(point, 0) FROM unnest(string_to_array(g.points, E'\n')) AS point)
    FROM unnest(told, moments, practices, fact_ids, guarantor_ids, points)
        AS g (fact, at, practice_id, fact_id, guarantor_id, points)
    ORDER BY g.practice_id, g.guarantor_id, g.at DESC, g.fact_id COLLATE "C" DESC
    ON CONFLICT (practice_id, guarantor_id) DO UPDATE
    SET described_by = excluded.described_by, described_at = excluded.described_at, reach = excluded.reach
    WHERE known.described_at < excluded.described_at
        OR (known.described_at = excluded.described_at
            AND (SELECT f.fact_id COLLATE "C" FROM facts f WHERE f.id = known.described_by)
                < (SELECT f.fact_id COLLATE "C" FROM facts f WHERE f.id = excluded.described_by))
$$;

-- Postings of balances that are not known yet: kept once, with the persons they describe, put on the way and booked; true.
-- False when a balance or a fact among them is known, when a fact has waited for one, or when a person among them has
-- said something that new balances hear of: then none is kept. What waits and who said something is looked for behind
-- the locks under which others write it.
CREATE FUNCTION keep_new(now timestamptz, moments timestamptz[], amounts integer[], practices text[], fact_ids text[],
    sources text[], balance_ids text[], guarantor_ids text[], bodies text[], points text[], codes text[]) RETURNS boolean
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
DECLARE
    told bigint[];
    opened bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(what || practice_id, 0))
    FROM (SELECT DISTINCT practice_id FROM unnest(practices) AS practice_id) AS practice
    CROSS JOIN unnest(ARRAY['unknown:', 'month:']) WITH ORDINALITY AS locks (what, place)
    ORDER BY place, practice_id;
    IF EXISTS (
        SELECT FROM unnest(practices, balance_ids) AS p (practice_id, balance_id)
        JOIN balances b ON b.practice_id = p.practice_id AND b.balance_id = p.balance_id
    ) OR (EXISTS (SELECT FROM facts WHERE waiting AND practice_id = ANY (practices)) AND EXISTS (
        SELECT FROM unnest(practices, balance_ids, guarantor_ids) AS p (practice_id, balance_id, guarantor_id)
        JOIN facts f ON f.waiting AND f.practice_id = p.practice_id
            AND (f.balance_id = p.balance_id OR (f.balance_id IS NULL AND f.guarantor_id = p.guarantor_id))))
    THEN
        RETURN false;
    END IF;
    SELECT array_agg(nextval('facts_id_seq')), array_agg(nextval('balances_id_seq')) INTO told, opened
    FROM generate_series(1, cardinality(practices));
    INSERT INTO facts (id, at, received_at, amount_cents, practice_id, fact_id, kind, source, balance_id, guarantor_id, body)
    OVERRIDING SYSTEM VALUE
    SELECT id, at, now, amount_cents, practice_id, fact_id, 'balance_posted', source, balance_id, guarantor_id, body::json
    FROM unnest(told, moments, amounts, practices, fact_ids, sources, balance_ids, guarantor_ids, bodies)
        AS f (id, at, amount_cents, practice_id, fact_id, source, balance_id, guarantor_id, body);
    PERFORM describe_guarantors(told, moments, practices, fact_ids, guarantor_ids, points);
    IF EXISTS (
        SELECT FROM unnest(practices, guarantor_ids) AS p (practice_id, guarantor_id)
        JOIN stops s ON s.practice_id = p.practice_id AND s.guarantor_id = p.guarantor_id
    ) OR EXISTS (
        SELECT FROM unnest(practices, guarantor_ids) AS p (practice_id, guarantor_id)
        JOIN consents c ON c.practice_id = p.practice_id AND c.guarantor_id = p.guarantor_id)
    THEN
        RAISE unique_violation USING MESSAGE = 'keep_new: somebody among them has said something before';
    END IF;
    INSERT INTO balances (id, guarantor, practice_id, balance_id, pay_code) OVERRIDING SYSTEM VALUE
    SELECT b.id, g.id, b.practice_id, b.balance_id, b.pay_code
    FROM unnest(opened, practices, balance_ids, guarantor_ids, codes) AS b (id, practice_id, balance_id, guarantor_id, pay_code)
    JOIN guarantors g ON g.practice_id = b.practice_id AND g.guarantor_id = b.guarantor_id;
    INSERT INTO fact_deliveries (fact, balance) SELECT fact, balance FROM unnest(told, opened) AS f (fact, balance);
    PERFORM book_money(opened, told, '{}', '{}');
    RETURN true;
EXCEPTION WHEN unique_violation THEN RETURN false;
END $$;

-- --- proof of the books -----------------------------------------------------------------------------------------------

-- One row: something in which the processor, our records and the practice's ledger do not agree, and its task.
CREATE TABLE differences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about_at timestamptz,                                 -- when the money moved; null: every pass looks again
    found_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,                         -- the latest pass that found it
    gone_at timestamptz,                                  -- the pass that found it no more
    cents integer NOT NULL,                               -- ours less theirs
    times integer NOT NULL,                               -- how often it came (back); each time is a task
    practice_id text NOT NULL,
    kind text NOT NULL,
    balance_id text NOT NULL,                             -- empty: it is about no balance of ours
    reference text NOT NULL,                              -- the payment's fact id; empty for a whole balance
    sentence text NOT NULL,
    task_id text NOT NULL,
    CONSTRAINT differences_once UNIQUE (practice_id, kind, balance_id, reference, cents)
);

-- One row: a payout of the card processor that reached the bank and came to what it holds, or that the bank sent back.
CREATE TABLE payouts (
    practice_id text NOT NULL,
    reference text NOT NULL,                              -- the processor's own
    at timestamptz NOT NULL,
    amount_cents bigint NOT NULL,
    failed_at timestamptz,                                -- the bank sent it back, and its money is in transit again
    CONSTRAINT payouts_once PRIMARY KEY (practice_id, reference)
);

-- One row: a pass over the books of one practice, and what it came to.
CREATE TABLE proofs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    since timestamptz NOT NULL,                           -- the window began here
    processor_cents bigint,                               -- of the window; the others are of all time
    paid_cents bigint NOT NULL,
    taken_back_cents bigint NOT NULL,
    posted_cents bigint NOT NULL,
    opened integer NOT NULL,
    gone integer NOT NULL,
    unexplained integer NOT NULL,
    explained integer NOT NULL,
    practice_id text NOT NULL
);
CREATE INDEX proofs_latest ON proofs (practice_id, id);

-- --- what a practice signs ----------------------------------------------------------------------------------------------

-- Policies and messages are drafts until somebody who may signs them. The latest signed draft of a kind and name holds;
-- the highest id of a practice's sign-offs tells every process whether what it has read is still what holds.
CREATE TABLE drafts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    drafted_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,                                   -- the message's folder; empty for the policy
    drafted_by text NOT NULL,
    because text NOT NULL,
    content jsonb NOT NULL,                               -- a policy's values in dollars, or a message's files
    CONSTRAINT drafts_kind CHECK (kind IN ('policy', 'message'))
);
CREATE INDEX drafts_of_a_practice ON drafts (practice_id, id);
CREATE TABLE sign_offs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft bigint NOT NULL UNIQUE REFERENCES drafts,
    signed_at timestamptz NOT NULL,
    practice_id text NOT NULL,
    signed_by text NOT NULL,
    version text NOT NULL                                 -- a fingerprint of what was signed
);
CREATE INDEX sign_offs_of_a_practice ON sign_offs (practice_id, id);
CREATE FUNCTION sign_offs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was drafted and signed stays on record; draft and sign another one';
END $$;
CREATE TRIGGER drafts_stay BEFORE UPDATE OR DELETE ON drafts
    FOR EACH ROW EXECUTE FUNCTION sign_offs_stay();
CREATE TRIGGER sign_offs_stay BEFORE UPDATE OR DELETE ON sign_offs
    FOR EACH ROW EXECUTE FUNCTION sign_offs_stay();

-- --- money of a balance ------------------------------------------------------------------------------------------------

-- The one place where stored facts become an amount owed: the share reported last, less payments, plus what was
-- taken back. Pages, claims and reconciliation ask here, so that a payment counts from the moment it is stored.
CREATE FUNCTION money_of(which bigint, OUT responsibility_cents bigint, OUT paid_cents bigint)
LANGUAGE sql STABLE AS $$
    SELECT
        coalesce((array_agg(f.amount_cents ORDER BY f.at DESC, f.fact_id COLLATE "C" DESC)
            FILTER (WHERE f.kind IN ('balance_posted', 'balance_adjusted')))[1], 0)::bigint,
        coalesce(sum(CASE f.kind WHEN 'payment_recorded' THEN f.amount_cents
                                 WHEN 'payment_reversed' THEN -f.amount_cents END), 0)::bigint
    FROM fact_deliveries d JOIN facts f ON f.id = d.fact
    WHERE d.balance = which AND f.amount_cents IS NOT NULL
$$;

-- Whether a person has agreed, after that moment and with evidence, to all these purposes at one number or address:
-- a stop ends where they say so themselves, and nowhere else.
CREATE FUNCTION agreed_anew(practice text, guarantor text, via text, point text, wanted text[], since timestamptz)
RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM unnest(wanted) AS needed (purpose)
        WHERE NOT EXISTS (
            SELECT FROM consents c
            WHERE c.practice_id = practice AND c.guarantor_id = guarantor AND c.channel = via AND c.value = point
                AND c.purpose = needed.purpose AND c.status = 'granted' AND c.given_at > since))
$$;
