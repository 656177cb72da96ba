"""Strategies for hypothesis: any fact of any kind about one balance, in any order, at any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from receivables import facts
from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.people import (
    ELECTRONIC,
    Channel,
    Consent,
    ContactPoint,
    Guarantor,
    Patient,
    PaymentHistory,
    PointStatus,
)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
IDS = st.sampled_from([f"id{number}" for number in range(12)])
AMOUNTS = st.integers(1, 90_000).map(Cents)
OWED = st.integers(0, 90_000).map(Cents)
CHANNELS = st.sampled_from(list(Channel))
BY_WIRE = st.sampled_from(ELECTRONIC)
STATUSES = st.sampled_from(list(PointStatus))
TASKS = st.sampled_from(["b1.call.1", "b1.reply.1", "b1.dispute.1", "b1.plan_to_set_up.1"])
TOUCHES = st.sampled_from(["b1.first_notice.1", "b1.follow_up.1", "b1.plan_offer.1"])
INTENTS = [
    "emergency", "opt_out", "deceased", "attorney_represented", "bankruptcy", "wrong_person", "already_paid",
    "insurance_issue", "dispute_charge", "financial_hardship", "talk_to_human", "accept_plan", "decline_offer",
    "request_plan", "propose_terms", "promise_to_pay", "ack_thanks", "auto_reply", "unclear", "a new word",
]  # fmt: skip
POINTS = st.one_of(
    st.builds(
        ContactPoint, channel=st.just(Channel.sms), value=st.sampled_from(["+13125550142", "+14805550143"]),
        consent=st.sampled_from(list(Consent)), status=STATUSES,
    ),
    st.builds(ContactPoint, channel=st.just(Channel.email), value=st.just("pat@example.com"), status=STATUSES),
    st.builds(
        ContactPoint, channel=st.just(Channel.letter), status=STATUSES,
        value=st.sampled_from(["Pat Hill\n1 Elm Street\nChicago, IL 60614", "Pat Hill\nGary, IN 46402"]),
    ),
)  # fmt: skip
GUARANTORS = st.builds(
    Guarantor, guarantor_id=st.just("g1"), first_name=st.just("Pat"), contact_points=st.lists(POINTS, max_size=3),
    time_zone=st.sampled_from([None, "America/Phoenix", "Pacific/Honolulu"]), state=st.sampled_from([None, "IN"]),
    preferred_channel=st.none() | BY_WIRE, answers_by=st.none() | BY_WIRE,
    of_age_on=st.sampled_from([None, None, date(2026, 6, 1)]), relation=st.sampled_from([None, "self", "parent"]),
)  # fmt: skip
HISTORIES = st.builds(
    PaymentHistory, days_to_pay=st.lists(st.integers(0, 120), max_size=5), unanswered_texts=st.integers(0, 3)
)


def told(kind: type, **fields: Any) -> st.SearchStrategy[AnyFact]:
    return st.builds(
        kind, fact_id=IDS, at=MOMENTS, practice_id=st.just("p7"), balance_id=st.just("b1"), **fields
    )  # fmt: skip


POSTED = told(
    facts.BalancePosted, patient_responsibility_cents=OWED, insurance_paid_cents=OWED, guarantor=GUARANTORS,
    service_date=st.dates(date(2025, 10, 1), date(2026, 12, 31)), history=HISTORIES, collectable=st.booleans(),
    claim_status=st.sampled_from(["final", "pending", "reversed"]), sensitive=st.sampled_from([False, False, True]),
    good_faith_estimate_cents=st.none() | OWED, federal_payer=st.booleans(),
    patient=st.none() | st.builds(Patient, patient_id=st.just("p1"), of_age_on=st.just(date(2026, 3, 1))),
)  # fmt: skip
MONEY = st.one_of(
    POSTED,
    told(
        facts.BalanceAdjusted, patient_responsibility_cents=OWED, insurance_paid_cents=st.none() | OWED,
        reason=st.sampled_from(["readjudicated", "corrected", "write_off", "restated"]),
        claim_status=st.sampled_from(["final", "pending"]),
    ),
    told(
        facts.PaymentRecorded, amount_cents=AMOUNTS, paid_at=MOMENTS, in_practice_ledger=st.booleans(),
        undoes=st.none() | IDS,
    ),
    told(
        facts.PaymentReversed, amount_cents=AMOUNTS, payment_fact_id=IDS, in_practice_ledger=st.booleans(),
        why=st.sampled_from(["refund", "chargeback"]),
    ),
    told(facts.PaymentPosted, payment_fact_id=IDS),
    told(facts.PostingDelayed, payment_fact_id=IDS, because=st.just("away"), not_before=MOMENTS),
    told(facts.PostingHandedOver, payment_fact_id=IDS, because=st.just("refused")),
)  # fmt: skip
STOPS = st.one_of(
    told(facts.ContactStopped, channel=st.none() | CHANNELS),
    told(facts.GuarantorDeceased), told(facts.BankruptcyFiled), told(facts.AttorneyRepresents),
    told(facts.EstimateDisputed), told(facts.AssistanceRequested),
    told(
        facts.ConfidentialRequested, guarantor_id=st.just("g1"),
        only_at=st.lists(st.sampled_from(["+13125550142", "pat@example.com"]), max_size=2),
    ),
    told(facts.AppointmentMissed), told(facts.AppointmentBooked),
    told(facts.DisputeClosed, dispute_fact_id=IDS, payment_fact_id=IDS, outcome=st.sampled_from(["won", "lost", "inquiry_closed"])),
    told(facts.DisputeRaised, payment_fact_id=IDS, about=st.sampled_from(["already_paid", "insurance", "amount", "chargeback", "inquiry", "other"])),
)  # fmt: skip
CONVERSATION = st.one_of(
    told(facts.ReplyReceived, channel=BY_WIRE),
    told(
        facts.ReadingCorrected, reply_fact_id=IDS, channel=CHANNELS, intent=st.sampled_from(INTENTS),
        intents=st.lists(st.sampled_from(INTENTS), max_size=3), action=st.just("answer_question"),
    ),
    told(
        facts.ReplyUnderstood, reply_fact_id=IDS, channel=CHANNELS, intent=st.sampled_from(INTENTS),
        intents=st.lists(st.sampled_from(INTENTS), max_size=3), abstain=st.booleans(),
        action=st.sampled_from(["no_action", "opt_out", "confirm_plan", "answer_question", "human_callback"]),
    ),
    told(
        facts.MessageSent, touch_id=TOUCHES, message=st.sampled_from(["first_notice", "follow_up"]), channel=CHANNELS,
        offer_installments=st.none() | st.integers(1, 4), offer_cents=st.none() | AMOUNTS,
    ),
    told(
        facts.MessageSkipped, touch_id=TOUCHES, message=st.just("first_notice"), channel=CHANNELS,
        because=st.just("no"), not_before=st.none() | MOMENTS,
    ),
    told(
        facts.DeliveryFailed, touch_id=st.none() | TOUCHES, channel=CHANNELS, status=st.none() | STATUSES,
        because=st.just("gone"),
    ),
    told(facts.ContactUpdated, guarantor=GUARANTORS),
    told(
        facts.ConsentRecorded, guarantor_id=st.just("g1"), channel=st.just(Channel.sms), granted=st.booleans(),
        given_at=st.sampled_from([datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]),
        value=st.sampled_from(["+13125550142", "+14805550143"]), wording_version=st.just("w1"),
        purposes=st.lists(st.sampled_from(["billing", "recall", "care"]), min_size=1, max_size=2),
        means=st.sampled_from(["form", "phone"]),
    ),
)  # fmt: skip
STAFF = st.one_of(
    told(facts.TaskOpened, task_id=TASKS, task_kind=st.sampled_from(["call", "reply", "dispute", "assistance"])),
    told(
        facts.TaskResolved, task_id=TASKS, will_pay_by=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        resume_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        outcome=st.sampled_from([
            "will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer", "contact_updated", "resume",
            "keep_paused", "write_off", "insurance_responsible", "withdraw", "done",
        ]),
    ),
    told(facts.OutreachPaused, until=st.none() | MOMENTS), told(facts.OutreachResumed),
    told(facts.CaseClosed, reason=st.sampled_from(["written_off", "insurance_responsible", "paid"])),
    told(facts.StaffNote), told(facts.TimePassed), told(facts.PolicyChanged), told(facts.RecallDue),
)  # fmt: skip
ANYTHING = st.one_of(MONEY, STOPS, CONVERSATION, STAFF)


def with_own_ids(soup: list[AnyFact]) -> list[AnyFact]:
    """The same facts, each with an id of its own; payments keep an id that others may name."""
    return [fact.model_copy(update={"fact_id": f"id{number}"}) for number, fact in enumerate(soup)]
