-- Estimates under dispute, minors, sensitive care and confidential ways hold a case; a new consent outlives an old stop.

-- migrate:up

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'estimate_disputed', 'confidential_requested', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed',
    'task_opened', 'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded', 'reading_corrected'));
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry', 'estimate_dispute', 'over_estimate', 'minor', 'came_of_age', 'sensitive', 'confidential'));
ALTER TABLE stops DROP CONSTRAINT stops_kind;
ALTER TABLE stops ADD CONSTRAINT stops_kind CHECK (
    kind IN ('contact_stopped', 'guarantor_deceased', 'bankruptcy_filed', 'attorney_represents', 'confidential_requested'));
CREATE INDEX facts_confidential ON facts (practice_id, guarantor_id) WHERE kind = 'confidential_requested';

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

-- migrate:down

DROP FUNCTION agreed_anew;
DROP INDEX facts_confidential;
ALTER TABLE stops DROP CONSTRAINT stops_kind;
ALTER TABLE stops ADD CONSTRAINT stops_kind CHECK (
    kind IN ('contact_stopped', 'guarantor_deceased', 'bankruptcy_filed', 'attorney_represents'));
ALTER TABLE tasks DROP CONSTRAINT tasks_kind;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind CHECK (kind IN (
    'call', 'no_contact', 'dispute', 'already_paid', 'insurance', 'assistance', 'reply', 'plan_to_set_up',
    'deceased', 'bankruptcy', 'attorney', 'cease', 'credit', 'claim_open', 'contact_failed', 'chargeback',
    'plan_approval', 'charge_failed', 'plan_broken', 'plan_money_back', 'plan_after_stop',
    'books_differ', 'stray_message', 'foreign_money', 'unknown_money', 'setup', 'unreadable', 'emergency',
    'inquiry'));
ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed',
    'task_opened', 'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded', 'reading_corrected'));
