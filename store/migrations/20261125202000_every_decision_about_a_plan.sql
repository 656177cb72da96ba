-- migrate:up

-- The plan log holds every decision about a plan (S53): also what the law's line turned down, what was given to a
-- person, and that a card is no longer charged.
ALTER TABLE plan_decisions DROP CONSTRAINT plan_decisions_decision;
ALTER TABLE plan_decisions ADD CONSTRAINT plan_decisions_decision
    CHECK (decision IN ('offered', 'countered', 'cancelled', 'refused', 'handed', 'autopay_stopped'));

-- migrate:down

DELETE FROM plan_decisions WHERE decision IN ('refused', 'handed', 'autopay_stopped');
ALTER TABLE plan_decisions DROP CONSTRAINT plan_decisions_decision;
ALTER TABLE plan_decisions ADD CONSTRAINT plan_decisions_decision
    CHECK (decision IN ('offered', 'countered', 'cancelled'));
