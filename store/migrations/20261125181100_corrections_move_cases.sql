-- What a person says a reply means is a fact: the case it was written about hears of it.
-- migrate:up

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed', 'task_opened',
    'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded', 'reading_corrected'));

-- migrate:down

ALTER TABLE facts DROP CONSTRAINT facts_kind;
ALTER TABLE facts ADD CONSTRAINT facts_kind CHECK (kind IN (
    'balance_posted', 'balance_adjusted', 'payment_recorded', 'payment_reversed', 'reply_received',
    'appointment_booked', 'appointment_missed', 'appointment_cancelled', 'recall_due', 'dispute_raised',
    'assistance_requested', 'contact_stopped', 'guarantor_deceased', 'bankruptcy_filed',
    'attorney_represents', 'staff_note', 'contact_updated', 'message_sent', 'message_skipped',
    'delivery_failed', 'reply_understood', 'payment_posted', 'posting_handed_over', 'posting_delayed', 'task_opened',
    'task_resolved', 'outreach_paused', 'outreach_resumed', 'case_closed', 'policy_changed', 'time_passed',
    'card_enrolled', 'card_changed', 'card_removed', 'charge_declined', 'charge_pending', 'autopay_stopped',
    'plan_agreed', 'plan_change_asked', 'plan_set_up', 'plan_changed', 'plan_refused', 'plan_cancelled',
    'consent_recorded'));
