"""Who the patients are, what they do with a message, and how the manual arm fares with the same people."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from receivables.facts import BalancePosted
from simulator import baseline
from simulator.patients.behavior import Situation, on_text, pay_link
from simulator.patients.browser import forms_in, pay_form
from simulator.patients.people import make_people
from simulator.patients.posting import posted_event
from simulator.patients.traits import TRAITS, plan_acceptance, size_factor

TODAY = date(2026, 3, 2)
CHICAGO = ZoneInfo("America/Chicago")


def people(count=800, seed=1, climate="central"):
    return make_people("p1", count, seed, climate, 0, TODAY)


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert people(50) == people(50)
    assert people(50) != people(50, seed=2)


def test_the_kinds_the_families_and_the_bad_numbers_come_in_their_shares():
    everyone = people(2000)
    kinds = Counter(person.kind for person in everyone)
    for kind, trait in TRAITS.items():
        assert kinds[kind] / len(everyone) == pytest.approx(trait.share, abs=0.01)
    assert sum(len(person.debts) == 2 for person in everyone) / len(everyone) == pytest.approx(0.12, abs=0.03)
    assert sum(person.bad_line is not None for person in everyone) / len(everyone) == pytest.approx(0.05, abs=0.02)


def test_every_phone_is_fictional_and_belongs_to_one_person():
    phones = [person.phone for person in people(2000)]
    assert len(set(phones)) == len(phones)
    assert all(phone[5:10] == "55501" and len(phone) == 12 for phone in phones)
    assert all(person.email.endswith("@example.com") for person in people(20))


def test_every_posted_balance_is_a_fact_the_product_understands():
    moment = datetime(2026, 3, 3, 9, 30, tzinfo=CHICAGO)
    for person in people(200):
        for debt in person.debts:
            event = posted_event("p1", person, debt, moment, "America/Chicago")
            del event["posted_at"]
            fact = BalancePosted.model_validate({"fact_id": "f1", "at": moment, **event})
            assert fact.patient_responsibility_cents == debt.responsibility_cents


def test_small_balances_are_paid_more_readily_and_plans_are_taken_for_large_ones():
    assert [size_factor(cents) for cents in (4_700, 10_000, 21_500, 42_000, 90_000)] == [1.15, 1.0, 0.85, 0.7, 0.45]
    assert [plan_acceptance(cents) for cents in (10_000, 30_000, 60_000, 90_000)] == [0.08, 0.25, 0.40, 0.40]


def share_of_clicks(kind, earlier):
    person = next(one for one in people(100) if one.kind == kind)
    person.grievance, person.wants_assistance = None, False
    situation = Situation(10_000, earlier, 1, plan_taken=False, card_given=False, spoken=True)
    deeds = [on_text(person, "Pay https://x.example/p/a", situation, Random(number)) for number in range(4000)]
    return sum(1 for done in deeds if done and done[0].kind != "reply") / len(deeds)


def test_each_repeated_text_is_clicked_half_as_often():
    first, second = share_of_clicks("prompt", 0), share_of_clicks("prompt", 1)
    assert first == pytest.approx(0.95 * 0.30, abs=0.03)
    assert second == pytest.approx(first / 2, abs=0.03)


def test_someone_who_owes_nothing_does_not_pay():
    person = next(one for one in people(100) if one.kind == "prompt")
    situation = Situation(0, 0, 1, plan_taken=False, card_given=False, spoken=False)
    deeds = [on_text(person, "Pay https://x.example/p/a", situation, Random(number)) for number in range(500)]
    assert {deed.kind for done in deeds for deed in done} <= {"reply"}


def on_a_plan(body, *, card_given):
    person = next(one for one in people(100) if one.kind == "forgetful")
    situation = Situation(10_000, 2, 1, plan_taken=True, card_given=card_given, spoken=True)
    deeds = [on_text(person, f"{body} https://x.example/p/a", situation, Random(number)) for number in range(2000)]
    return {deed.kind for done in deeds for deed in done} - {"reply"}


def test_whoever_has_given_a_card_leaves_reminders_alone_and_mends_only_what_was_refused():
    assert on_a_plan("Your payment is due Friday.", card_given=True) == set()
    assert on_a_plan("Your bank did not let us charge $80.00.", card_given=True) == {"pay"}
    assert on_a_plan("Your Visa 4242 runs out before your payment plan is paid.", card_given=True) == {"card"}
    assert on_a_plan("Your payment is due Friday.", card_given=False) == {"card", "pay"}


def test_some_who_would_only_look_take_a_plan_and_more_of_those_who_are_short_of_money():
    def share(kind):
        person = next(one for one in people(400) if one.kind == kind)
        person.grievance, person.wants_assistance = None, False
        situation = Situation(40_000, 0, 1, plan_taken=False, card_given=False, spoken=True)
        deeds = [on_text(person, "Pay https://x.example/p/a", situation, Random(number)) for number in range(6000)]
        kinds = [deed.kind for done in deeds for deed in done if deed.kind in {"plan", "look"}]
        return kinds.count("plan") / len(kinds)

    assert 0 < share("prompt") < share("forgetful") < share("constrained")


def test_the_pay_link_is_found_among_others_and_without_the_full_stop():
    assert pay_link("See https://x.example/help or pay: https://x.example/p/abc.") == "https://x.example/p/abc"
    assert pay_link("no link") is None


def test_the_form_with_an_amount_is_chosen_to_pay_a_part_and_the_plain_one_to_pay_all():
    page = (
        '<form method="get"><input name="q"></form>'
        '<form method="post" action="/all"><input type="hidden" name="t" value="1"><button name="pay" value="full">All</button></form>'
        '<form method="post" action="/part"><input name="amount" value="215.00"><button>Part</button></form>'
    )
    assert len(forms_in(page)) == 3
    assert pay_form(page, 1_000).action == "/part"
    whole = pay_form(page, None)
    assert (whole.action, whole.fields) == ("/all", {"t": "1", "pay": "full"})
    assert pay_form("<p>thank you</p>", None) is None


def test_the_manual_arm_collects_what_practices_report():
    shares = []
    for seed in range(1, 9):
        result = baseline.run(people(seed=seed), seed)
        share = result["collected_share"]
        assert share["30"] < share["60"] < share["90"]
        assert sum(band["posted_cents"] for band in result["by_band"]) == result["posted_cents"]
        shares.append(share["90"])
    assert 0.51 <= sum(shares) / len(shares) <= 0.60
    assert all(0.50 <= share <= 0.62 for share in shares), "one practice of 800 is a sample; two deviations are 0.05"


def test_the_three_worlds_stand_in_their_order():
    shares = [
        sum(baseline.run(people(seed=seed, climate=climate), seed)["collected_share"]["90"] for seed in (1, 2, 3))
        for climate in ("pessimistic", "central", "optimistic")
    ]
    assert shares == sorted(shares)


def test_an_unknown_world_is_named():
    with pytest.raises(ValueError, match="world: one of"):
        people(10, climate="rosy")
