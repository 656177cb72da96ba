"""The OpenAPI document: examples, the shape of refusals, and the routes that FastAPI does not describe by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from receivables.facts import REPORTED
from web.problems import Problems

DESCRIPTION = """What happens at a practice is reported here as facts, and what the agent does about it can be read.
All amounts are integer cents of US dollars; all moments carry their offset."""
REFERENCE = "#/components/schemas/{model}"

POSTED: dict[str, Any] = {
    "kind": "balance_posted", "fact_id": "pms.era-20260302-17", "at": "2026-03-02T09:00:00-06:00", "source": "pms",
    "practice_id": "lakeside", "balance_id": "b-1042", "patient_responsibility_cents": 21500,
    "insurance_paid_cents": 68000, "service_date": "2026-02-10", "claim_status": "final", "visit_kind": "visit",
    "guarantor": {
        "guarantor_id": "g-77", "first_name": "Karen", "language": "en", "postal_code": "60601", "state": "IL",
        "contact_points": [
            {"channel": "sms", "value": "+13125550142", "consent": "granted"},
            {"channel": "email", "value": "karen@example.com", "consent": "granted"},
        ],
    },
    "patient": {"patient_id": "p-77", "first_name": "Karen"},
    "history": {"days_to_pay": [12, 31, 44]},
}  # fmt: skip
PAID: dict[str, Any] = {
    "kind": "payment_recorded", "fact_id": "pms.payment-991", "at": "2026-03-05T10:12:00-06:00", "source": "pms",
    "practice_id": "lakeside", "balance_id": "b-1042", "amount_cents": 10000, "paid_at": "2026-03-05T10:12:00-06:00",
    "where": "front_desk", "in_practice_ledger": True,
}  # fmt: skip
TAKEN = {
    "facts": [{
        "fact_id": "pms.payment-991", "case_id": "lakeside:b-1042", "case_ids": ["lakeside:b-1042"], "new": True,
    }]
}  # fmt: skip
BECAUSE = ["$215 is owed and this person usually pays within 45 days: one friendly text.", "Texts leave at 14:00."]
CASE: dict[str, Any] = {
    "case_id": "lakeside:b-1042", "practice_id": "lakeside", "balance_id": "b-1042", "time_zone": "America/Chicago",
    "stage": "outreach", "outstanding_cents": 21500, "responsibility_cents": 21500, "paid_cents": 0,
    "needs_staff": False, "close_reason": None,
    "next_step": {"kind": "send_message", "message": "first_notice", "channel": "sms"},
    "next_step_at": "2026-03-02T20:00:00Z", "because": BECAUSE, "rule": "first_notice",
    "decided_at": "2026-03-02T15:00:04Z", "policy_version": "2b663b265885",
}  # fmt: skip
GIVEN: dict[str, Any] = {
    "case_id": "lakeside:b-1042", "authorizations": [{
        "session_id": "cs_live_a1", "plan_id": "b-1042.plan.1", "agreed_at": "2026-03-02T15:10:00Z", "language": "en",
        "purpose": "payment plan", "text_version": "page.1f0c2ab9d3e4", "text_sha256": "1f0c2ab9d3e4" + "0" * 52,
        "words": "I allow Lakeside Family Care to charge my card for my payment plan, ...",
        "terms": [{"number": 1, "amount_cents": 7167, "due_on": "2026-03-16"}],
        "last4": "4242", "brand": "visa", "reference": "seti_1Abc", "authorized_at": "2026-03-02T15:11:30Z",
    }],
}  # fmt: skip
STORY: dict[str, Any] = {
    "case_id": "lakeside:b-1042",
    "timeline": [
        {
            "at": "2026-03-02T15:00:00Z", "kind": "balance_posted", "sentence": "A balance of $215 was posted.",
            "because": [], "proof": None,
        },
        {
            "at": "2026-03-02T15:00:04Z", "kind": "decision", "sentence": "A text is planned.", "because": BECAUSE,
            "proof": None,
        },
    ],
}  # fmt: skip
LINES: list[dict[str, Any]] = [
    {
        "at": "2026-03-02T20:00:00Z", "who": "us", "channel": "sms", "text": "Lakeside Family Care: Hi Karen, …",
        "message": "first_notice", "answers": None, "arrived": True,
    },
    {
        "at": "2026-03-02T20:10:00Z", "who": "patient", "channel": "sms", "text": "I already paid this", "files": 0,
        "fact_id": "twilio.SM0f3a", "intents": ["already_paid"], "understood": "says that this was paid",
        "how": "97% sure, by reader 3f9c.", "action": "stop_dunning_and_human_review", "confidence": 0.97,
        "abstain": False, "reader": "3f9c", "corrected_by": None,
    },
]  # fmt: skip
SAID = {"case_id": "lakeside:b-1042", "time_zone": "America/Chicago", "conversation": LINES}
STATUS = {"stage": "held", "outstanding_cents": 21500, "close_reason": None, "open_tasks": []}
TASK: dict[str, Any] = {
    "id": "lakeside:b-1042.call.1", "practice_id": "lakeside", "balance_id": "b-1042", "task_id": "b-1042.call.1",
    "kind": "call", "status": "open", "opened_at": "2026-03-17T14:00:00Z", "due_at": "2026-03-19T14:00:00Z",
    "expected_cents": 12900, "call": True, "whom": {
        "name": "Karen", "language": "en", "phone": "+13125550142",
        "numbers": [{"number": "+13125550142", "remark": ""}], "emails": ["karen@example.com"],
        "only_at": None,
    }, "summary": "A text and an e-mail were not answered in 15 days.",
    "suggestion": "Offer four payments.", "do_not_say": ["Anything about the visit to someone else."],
    "reply_text": "", "reply_fact_id": None, "conversation": LINES, "claimed_by": None, "claimed_at": None,
    "resolved_by": None, "resolved_at": None, "outcome": None, "will_pay_by": None, "resume_on": None, "note": None,
    "terms": None,
}  # fmt: skip
CREDIT: dict[str, Any] = {
    "practice_id": "lakeside", "balance_id": "b-1042", "cents": 2000, "since": "2026-03-05T16:12:00Z",
    "stage": "remind",
    "clocks": [
        {"stage": "remind", "on": "2026-04-04"}, {"stage": "give_back", "on": "2026-05-04"},
        {"stage": "letter", "on": "2028-11-05"}, {"stage": "unclaimed", "on": "2029-03-05"},
    ], "next_on": "2026-05-04",
}  # fmt: skip
REFUND: dict[str, Any] = {
    "practice_id": "lakeside", "balance_id": "b-1042", "refund_id": "refund.b-1042.20260305161200.2000.1",
    "cents": 2000, "credit_cents": 2000, "credit_since": "2026-03-05T16:12:00Z", "how": "card",
    "role": "manager", "who": "MK",
    "because": "Paid twice.", "note": "", "in_practice_ledger": False, "asked_at": "2026-03-09T15:00:00Z",
    "parts": [{
        "place": 1, "payment_fact_id": "stripe.pi_1Abc", "reference": "pi_1Abc", "cents": 2000, "state": "made",
        "reversal_fact_id": "stripe.re_1Abc", "because": "",
    }],
}  # fmt: skip
EVIDENCE: dict[str, Any] = {
    "practice_id": "lakeside", "balance_id": "b-1042", "made_at": "2026-03-18T15:00:00Z",
    "asked": {
        "task_id": "b-1042.chargeback.1", "kind": "chargeback", "opened_at": "2026-03-18T14:00:00Z",
        "answer_by": "2026-03-27T14:00:00Z", "disputed_cents": 8000, "payment": "pi_1Abc", "reason": "fraudulent",
    },
    "allowed": [], "said": [], "wrote_back": [], "agreed": [], "priced": [],
    "moved": [{
        "at": "2026-03-16T15:00:00Z", "what": "payment 1 of the plan, charged to the card on file", "cents": 8000,
        "reference": "pi_1Abc", "in_ledger": "posted",
    }],
}  # fmt: skip
LETTER: dict[str, Any] = {
    "touch_id": "lakeside.b-1042.letter.1", "practice_id": "lakeside", "balance_id": "b-1042",
    "written_at": "2026-03-09T15:00:00Z", "recipient": ["Karen Hill", "45 Elm Street", "Chicago, IL 60614"],
    "paragraphs": ["Dear Karen,", "Your balance at Lakeside Family Care is $215. …"],
    "link": "https://pay.example.com/p/7hQ2mXbR4tLcZ9sKdW1vNy", "language": "en",
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "touch_id": "lakeside.recall.g-77.1", "answer": "not_before", "not_before": "2026-03-05T20:00:00Z",
    "because": "The last message to the guarantor is less than 72 hours ago.",
}  # fmt: skip
SILENCE: dict[str, Any] = {
    "since": "2026-03-02T15:00:00Z", "practice_id": "lakeside", "agent": None, "channel": "sms", "message": None,
    "because": "The texts name a wrong amount.", "who": "MK", "released_at": None, "released_by": None,
}  # fmt: skip
LOGGED_PLAN: dict[str, Any] = {
    "id": "lakeside:b-1042.plan.1", "decision": "in_force", "practice_id": "lakeside", "balance_id": "b-1042",
    "plan_id": "b-1042.plan.1",
    "revision": 1, "at": "2026-03-02T15:00:00Z", "total_cents": 11500,
    "payments": [{"number": 1, "amount_cents": 11500, "due_on": "2026-04-02"}], "agreed_by": "reply",
    "approved_by": "policy", "change": "", "because": ["What the patient asked for is within the practice's rules."],
    "policy_version": "v1", "sampled": True, "read_at": None, "read_by": None, "undone_at": None,
    "outcome": None,
}  # fmt: skip
CORRECTED: dict[str, Any] = {
    "corrections": [{
        "id": "lakeside:twilio.SM0f3a", "text": "STOP. I already paid this!", "channel": "sms",
        "now": "2026-03-10T14:05:00-05:00", "context": {"last_outbound": "balance_reminder", "balance_cents": 21500},
        "gold": {
            "intent": "opt_out", "acceptable_intents": [], "also_intents": ["already_paid"], "action": "opt_out",
            "acceptable_actions": [], "slots": {}, "slots_ignored": [],
        },
        "tags": ["corrected"],
        "corrected": {"at": "2026-03-10T20:00:00+00:00", "who": "MK", "reader": "4353-1f0c2ab9d3"},
    }],
    "next": None,
}  # fmt: skip
ANSWERED = {"fact_id": "resolved.b-1042.call.1", "outcome": "will_pay"}

MONTH: dict[str, Any] = {
    "practice_id": "lakeside", "first_day": "2026-03-01", "last_day": "2026-03-31", "opening_cents": 410000,
    "charges_cents": 731900, "adjustments_cents": -12000, "payments_cents": -402300, "refunds_cents": 4000,
    "chargebacks_cents": 0, "returned_cents": 6000, "corrections_cents": 0, "closing_cents": 737600,
    "receivable_cents": 739600, "credit_cents": 2000, "open_balances": 52, "closed": False, "agrees": True,
}  # fmt: skip
PROOF: dict[str, Any] = {
    "practice_id": "lakeside", "at": "2026-03-18T07:00:00Z",
    "window": {"since": "2026-02-11T07:00:00Z", "until": "2026-03-18T01:00:00Z"},
    "totals": {"processor_cents": 21500, "paid_cents": 21500, "taken_back_cents": 0, "posted_cents": 11500},
    "opened": 1, "gone": 0, "unexplained": 1, "explained": 0, "could_not": "",
    "standing": [{
        "kind": "not_posted", "practice_id": "lakeside", "balance_id": "b-1042", "reference": "stripe.pi_1",
        "cents": 10000, "sentence": "$100 has not been seen in the practice's ledger (posting: unknown).",
        "at": "2026-03-16T23:00:00Z", "found_at": "2026-03-18T07:00:00Z", "task_id": "books.not_posted.1f0c.1",
        "explained": False,
    }],
}  # fmt: skip

_REFUSAL = {"model": Problems}
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: _REFUSAL | {"description": "The token is missing or not known."},
    404: _REFUSAL | {"description": "There is nothing with this id."},
    409: _REFUSAL | {"description": "It is closed, or somebody else was first."},
    422: _REFUSAL | {"description": "A field is missing or wrong; each is named with its mend."},
    503: _REFUSAL | {"description": "The engine does not answer; what was asked is stored and holds."},
}
ERROR = {
    "errors": [{
        "field": "amount_cents", "problem": "this amount must be more than zero",
        "mend": "write the amount as a whole number of cents, such as 21500 for $215.00",
    }]
}  # fmt: skip
WEBHOOKS = {
    "twilio/sms": "A patient's text, signed with X-Twilio-Signature; answered with TwiML that says nothing.",
    "twilio/status": "What became of a text of ours, signed with X-Twilio-Signature.",
    "sendgrid/events": "What became of e-mails of ours, signed with SendGrid's event webhook key.",
    "sendgrid/inbound": "A patient's e-mail by Inbound Parse, signed with SendGrid's webhook key.",
    "stripe": "Payments, refunds and disputes, signed with Stripe-Signature.",
}


def example(value: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """A success with its example, for a route's `responses`."""
    return {200: {"content": {"application/json": {"example": value}}}}


def describe(app: FastAPI, webhooks: Iterable[str]) -> None:
    """Make `/openapi.json` complete. It is put together once, at the first reading."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            _add_models(schema)
            _secure(schema)
            schema["paths"]["/v1/facts"] = {"post": _facts()}
            for path in webhooks:
                schema["paths"][f"/webhooks/{path}"] = {"post": _webhook(path)}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _add_models(schema: dict[str, Any]) -> None:
    shown = schema.setdefault("components", {}).setdefault("schemas", {})
    facts = REPORTED.json_schema(ref_template=REFERENCE)
    shown |= facts.pop("$defs")
    shown["ReportedFact"] = facts
    model: type[BaseModel] = Problems
    problems = model.model_json_schema(ref_template=REFERENCE)
    shown |= problems.pop("$defs") | {"Problems": problems}
    for unused in ("HTTPValidationError", "ValidationError"):
        shown.pop(unused, None)


def _secure(schema: dict[str, Any]) -> None:
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in schema["paths"].items():
        if path.startswith("/v1/"):
            for operation in operations.values():
                operation["security"] = [{"token": []}]


def _facts() -> dict[str, Any]:
    one = {"$ref": "#/components/schemas/ReportedFact"}
    return {
        "tags": ["facts"], "summary": "Report one fact or a list", "operationId": "report_facts",
        "security": [{"token": []}],
        "description": "The answer means that the facts are stored and will be heard. The same `fact_id` again changes "
        "nothing. A list is taken whole or not at all.",
        "requestBody": {"required": True, "content": {"application/json": {
            "schema": {"oneOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 5000}]},
            "examples": {"balance": {"value": POSTED}, "payment": {"value": PAID}, "list": {"value": [POSTED, PAID]}},
        }}},
        "responses": {
            "202": {"description": "Stored.", "content": {"application/json": {"example": TAKEN}}},
            **{status: _refusal(text) for status, text in (
                ("401", "The token is missing or not known."), ("413", "The body is too large."),
                ("415", "The body is not application/json."),
                ("422", "A field is missing or wrong; nothing was stored."),
            )},
        },
    }  # fmt: skip


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problems"}
    return {"description": description, "content": {"application/json": {"schema": schema, "example": ERROR}}}


def _webhook(path: str) -> dict[str, Any]:
    system = f"Events of the practice system, signed with its webhook secret ({path.rpartition('/')[2]})."
    success = "200" if path == "twilio/sms" else "204"
    return {
        "tags": ["webhooks"], "summary": WEBHOOKS.get(path, system), "operationId": "receive_" + path.replace("/", "_"),
        "responses": {
            success: {"description": "Kept; the same delivery again changes nothing."},
            "400": _refusal("The signature is missing, wrong or too old."),
            "500": {"description": "The fault is ours: deliver it again."},
        },
    }  # fmt: skip
