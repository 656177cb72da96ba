"""Differences put into the books of a running practice: each is found, named in words, and gone once it is mended."""

from calendar_desk import Calendar, Person
from money_desk import audit, command, fault, payments, processor, texted


def differences(running: dict[str, str], *people: Person) -> list[tuple[str, int, str]]:
    """What stands about these balances, and about payouts."""
    ids = {"", *(who.balance_id for who in people)}
    return sorted((one["kind"], one["cents"], one["sentence"]) for one in audit(running)["standing"] if one["balance_id"] in ids)


def test_a_lost_a_doubled_an_unheard_and_a_short_one_are_each_found_and_named(
    new_calendar: Calendar, begun_anew: dict[str, str]
) -> None:
    calendar, running = new_calendar, begun_anew
    lost, link = texted(calendar, "Los", 31_00)
    calendar.pay(lost, 31_00, link)
    doubled, link = texted(calendar, "Dou", 32_00)
    calendar.pay(doubled, 32_00, link)
    unheard, link = texted(calendar, "Unh", 33_00)
    calendar.pay(unheard, 33_00, link)
    assert differences(running, lost, doubled, unheard) == []

    calendar.world.post("/_/practice/lose-payments", json={"balance_id": lost.balance_id})
    key = calendar.world.get("/_/keys").json()["practice"]["api_key"]
    [posted] = [
        one for one in calendar.world.get("/_/ledger", params={"practice": "lakeside"}).json()["payments"]
        if one["balance_id"] == doubled.balance_id
    ]  # fmt: skip
    again = {name: posted[name] for name in ("balance_id", "amount_cents", "paid_at", "method", "external_id")}
    calendar.world.post(
        "/practice/v1/payments", json=again | {"booked_on": "2030-01-01"}, headers={"Authorization": f"Bearer {key}"}
    )
    fault(calendar, "stripe", "lost_callbacks", count=1000)
    fault(calendar, "stripe", "outage", path="/v1/events")
    (paid,) = payments(calendar, unheard)
    processor(calendar).v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 5_00})
    calendar.day(1, "12:00")
    found = differences(running, lost, doubled, unheard)
    assert found == [
        ("gone_from_ledger", 31_00, "$31 was in the practice's ledger and is not there any more."),
        ("ledger_differs", -31_00, "The practice's ledger shows $31 owed where our records come to nothing owed."),
        ("ledger_differs", 32_00, "The practice's ledger shows a credit of $32 where our records come to nothing owed."),
        ("ledger_otherwise", -32_00, "The practice's ledger shows a payment of $32 twice, $64 in all."),
        ("not_recorded", 5_00, "The processor gave back $5 that is not in our records."),
    ], found
    calendar.world.delete("/_/faults")
    calendar.day(4, "12:00")
    assert ("not_recorded", 5_00) not in [one[:2] for one in differences(running, unheard)], "it was asked for after all"

    calendar.day(5, "8:00")
    [payout, *_] = processor(calendar).v1.payouts.list({"limit": 1}).data
    fresh, link = texted(calendar, "Sho", 34_00)
    calendar.pay(fresh, 34_00, link)
    while (latest := processor(calendar).v1.payouts.list({"limit": 1}).data[0]).id == payout.id:
        calendar.to(calendar.now().replace(hour=23, minute=59))
        calendar.day((calendar.today - calendar._day0.date()).days + 1, "9:00")
    calendar.world.post(f"/_/stripe/payouts/{latest.id}/short", json={"by": 1})
    calendar.day((calendar.today - calendar._day0.date()).days + 2, "12:00")
    [(kind, cents, sentence)] = differences(running, fresh)
    assert (kind, cents) == ("payout_differs", 1)
    assert sentence.startswith("A payout of $") and " holds movements of $" in sentence  # noqa: PT018 - one sentence
    code, printed = command(running, "audit", "--practice", "lakeside")
    assert code == 1
    assert "differences stand unexplained" in printed
