-- migrate:up

-- The networks count the refusals of one card over all plans (R-32, R-33). Their ceilings in the rules may be lower; above
-- these no card is tried, whatever the program believes. A try under way counts, since it may be refused as well; one card
-- is counted by one transaction at a time, so that two plans do not both take the last try.
CREATE FUNCTION charges_keep_to_the_ceilings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    under_way bigint;
    in_a_day bigint;
    in_30_days bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('card:' || NEW.payment_method, 0));
    IF EXISTS (SELECT FROM charges c WHERE c.practice_id = NEW.practice_id AND c.try_key = NEW.try_key) THEN
        RETURN NEW;  -- Begun before: nothing is written.
    END IF;
    SELECT count(*) INTO under_way FROM charges c WHERE c.payment_method = NEW.payment_method AND c.state = 'begun';
    SELECT count(*) FILTER (WHERE c.settled_at > NEW.begun_at - interval '24 hours'), count(*) INTO in_a_day, in_30_days
    FROM charges c
    WHERE c.payment_method = NEW.payment_method AND c.state = 'declined'
        AND c.settled_at > NEW.begun_at - interval '720 hours';
    IF in_a_day + under_way >= 10 OR in_30_days + under_way >= 20 THEN
        RAISE EXCEPTION 'the card would be tried more often than the networks allow'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_within_the_networks_ceilings';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charges_keep_to_the_ceilings BEFORE INSERT ON charges
    FOR EACH ROW EXECUTE FUNCTION charges_keep_to_the_ceilings();

-- migrate:down

DROP TRIGGER charges_keep_to_the_ceilings ON charges;
DROP FUNCTION charges_keep_to_the_ceilings();
