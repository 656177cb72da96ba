"""Dictionaries for the compressor: most payloads consist of these words, and short payloads have no time to learn any.

Never change one: what was written with it could not be read any more. A new one gets letters of its own in
encryption.py. What is likeliest stands last in each.
"""

from __future__ import annotations

WORDS = (
    b'{"case":{"practice_id":"","balance_id":"","posted_at":"","service_date":"","visit_kind":"visit","claim_status":'
    b'"final","patient_responsibility_cents":,"insurance_paid_cents":,"guarantor":{"guarantor_id":"","first_name":"",'
    b'"language":"en","time_zone":"America/Chicago","postal_code":null,"state":"IL","contact_points":[{"channel":"sms",'
    b'"value":"+1","consent":"granted","status":"usable"},{"channel":"email","value":"@","consent":"granted","status":'
    b'"usable"}],"preferred_channel":null,"answers_by":null},"patient":{"patient_id":"","first_name":""},"history":{'
    b'"days_to_pay":[],"missed_installments":0,"oldest_unpaid_days":0,"unanswered_texts":0,"unanswered_emails":0,'
    b'"last_payment":null},"payments":[{"fact_id":"","amount_cents":,"paid_at":"","where":"page","reversed_cents":0,'
    b'"posting":"due"}],"reversals":[],"touches":[{"touch_id":"","message":"first_notice","channel":"sms","at":"",'
    b'"failed":false}],"replies":[],"holds":[],"stopped_channels":[],"offer":null,"open_tasks":[],"finished_tasks":[],'
    b'"not_before":null,"skipped":[],"close_reason":null,"handled":[]},"step":{"kind":"send_message","touch_id":"",'
    b'"message":"follow_up","channel":"email","tone":"plain","covered_most":true,"mention_plan":true},"facts":[{'
    b'"kind":"message_sent","fact_id":"sent.","at":"","source":"agent"}],"decision":{"step":{"kind":"wait","next_step"'
    b':""},"act_at":"","because":[""],"stage":"outreach","outstanding_cents":,"needs_staff":false,"decided_at":"",'
    b'"spread_seconds":0,"policy_version":"","rule":""},"heard":[],"published":null,"continue_every":0}'
)
"""When defaults were still written out."""

LEAN_WORDS = (
    b'"Balance of $, visit""Post a payment of $ to the practice\'s ledger""Read the patient\'s reply""Ask a person:'
    b' ""channel":"sms","intent":"","action":"answer","replies":[{"read":true,"intents":["holds":[{"reason":"","si'
    b'nce":"","until":"","offer":{"installments":4,"each_cents":[,"offered_at":"","accepted_at":"","open_tasks":[{'
    b'"task_id":"","kind":"call","opened_at":"","kind":"task_opened","task_kind":"call","summary":"","suggestion":'
    b'"","do_not_say":[""expected_cents":,"call":true,"kind":"ask_staff","kind":"reply_received","kind":"read_repl'
    b'y","reply_fact_id":"reply."kind":"message_skipped","because":"","not_before":"","needs_staff":true,"rule":"n'
    b'othing_owed","stage":"closed","kind":"close","reason":"paid"},"because":["Nothing is owed any more."],"outst'
    b'anding_cents":0,"plan":{"plan_id":"","installments":[{"number":1,"amount_cents":,"due_on":"2026-"},"first_na'
    b'me":"","language":"es","postal_code":""published":{"stage":"","needs_staff":false},"rule":"post_payment","ki'
    b'nd":"payment_posted","payment_fact_id":""fact_id":"posted.","kind":"post_to_practice","because":["$ came in '
    b'and is not in the practice\'s ledger yet."],"source":"unknown","kind":"payment_recorded","amount_cents":,"pai'
    b'd_at":"","where":"page"},"source":"clock","kind":"time_passed"}{"fact_id":"time","at":"","rule":"until_the_c'
    b'all","kind":"wait","next_step":"call"},"because":["The messages had their turn; a call is due on Tue at 14:0'
    b'0 unless the patient answers."],"rule":"first_message","The balance of $ posted at 9:00 today.","Patient has'
    b' a clean history.","Balances under $150 start with a text.","rule":"reminder","No answer 7 days after the la'
    b'st message.","The last message went out as text, so e-mail is tried.","It goes out on Mon today at 14:00, in'
    b'side the permitted hours."],"stage":"waiting","tone":"gentle",{"decision":{"step":{"kind":"send_message","me'
    b'ssage":"second_follow_up""E-mail: follow up, Mon 0 00 UTC""SMS: first notice, Wait: call, Tue "Decide the ne'
    b'xt step"{"facts":[{"fact_id":"sent.","at":"","source":"agent","practice_id":"","balance_id":"","kind":"messa'
    b'ge_sent","touch_id":"","message":"first_notice","channel":"sms"}],"decision":{"step":{"kind":"{"case":{"prac'
    b'tice_id":"","balance_id":"","posted_at":"","service_date":"2026-0","patient_responsibility_cents":,"insuranc'
    b'e_paid_cents":,"guarantor":{"guarantor_id":"","first_name":"","time_zone":"America/New_York","state":"IL","c'
    b'ontact_points":[{"channel":"sms","value":"+1","consent":"granted"},{"channel":"email","value":"@example.com"'
    b',"consent":"granted"}]},"history":{"days_to_pay":[]},"payments":[{"fact_id":"","amount_cents":,"paid_at":"",'
    b'"where":"page"}],"touches":[{"touch_id":".first_notice.1","message":"first_notice","channel":"sms","at":"202'
    b'6-0T20:00:00+00:00"}],"priced":{"at":"","fact_id":"post."},"insured":{"at":"","fact_id":""},"described":{"at'
    b'":"","fact_id":""},"posting":{"at":"","fact_id":""},"handled":["post.","sent."]},"step":{"kind":"send_messag'
    b'e","touch_id":".follow_up.1","message":"follow_up","channel":"email","covered_most":true,"mention_plan":true'
    b'},"act_at":"","because":["],"stage":"outreach","outstanding_cents":,"decided_at":":00:00+00:00","spread_seco'
    b'nds":,"policy_version":"","rule":"'
)
"""Since fields at their defaults are left out; with our summaries and the stock phrases of reasons."""
