-- migrate:up

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

-- migrate:down

DROP TRIGGER charges_are_allowed ON charges;
DROP FUNCTION charges_are_allowed();
