"""Sibling agents ask whether they may contact somebody; people silence and release; every refusal names its mend."""

import pytest
from web_world import BASE, NOW

from receivables.ports import AlreadySent, Claimed, InDoubt, NotBefore, Skipped
from store.case_book import UnknownBalanceError
from store.touch_book import UnknownPersonError, UnknownTouchError

WISH = {
    "touch_id": "lakeside.recall.g7.1", "practice_id": "lakeside", "guarantor_id": "g7", "agent": "recall",
    "message": "recall", "channel": "sms", "because": ["A recall visit is due."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Claimed(pay_code=""), {"answer": "claimed"}),
        (Claimed(pay_code="abc"), {"answer": "claimed", "pay_url": f"{BASE}/p/abc"}),
        (InDoubt(pay_code="", first_tried_at=NOW), {"answer": "in_doubt", "first_tried_at": "2026-03-02T15:00:00+00:00"}),
        (AlreadySent(at=NOW), {"answer": "already_sent", "at": "2026-03-02T15:00:00+00:00"}),
        (NotBefore(moment=NOW, because="Too soon."),
         {"answer": "not_before", "not_before": "2026-03-02T15:00:00+00:00", "because": "Too soon."}),
        (Skipped(because="They said stop."), {"answer": "skipped", "because": "They said stop."}),
    ],
)  # fmt: skip
async def test_an_agent_is_told_whether_it_may_contact_somebody_now(api, world, answer, said) -> None:
    world.touches.answer = answer
    told = await api.post("/v1/touches", json=WISH)
    assert told.status_code == 200
    assert told.json() == {"touch_id": "lakeside.recall.g7.1"} | said
    assert world.touches.wishes[0].needed == ["recall"]


@pytest.mark.parametrize(
    ("fault", "status", "field"),
    [(UnknownPersonError(), 404, "guarantor_id"), (UnknownBalanceError(), 404, "balance_id"), (ValueError(), 409, "touch_id")],
)  # fmt: skip
async def test_what_cannot_be_asked_names_the_field_and_the_mend(api, world, fault, status, field) -> None:
    world.touches.answer = fault
    told = await api.post("/v1/touches", json=WISH)
    assert told.status_code == status
    (error,) = told.json()["errors"]
    assert error["field"] == field
    assert error["mend"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"practice_id": "nowhere"}, "practice_id"), ({"agent": "payment"}, ""), ({"agent": "pirate"}, "agent"),
        ({"because": []}, "because"), ({"touch_id": "+13125550142"}, "touch_id"), ({"colour": "red"}, "colour"),
        ({"purposes": ["marketing"]}, "purposes"),
    ],
)  # fmt: skip
async def test_a_bad_wish_is_refused(api, world, change, field) -> None:
    told = await api.post("/v1/touches", json=WISH | change)
    assert told.status_code == 422
    assert field in (told.json()["errors"][0]["field"] or "")
    assert world.touches.wishes == []


async def test_an_agent_tells_what_became_of_its_touch(api, world) -> None:
    left = {"provider_id": "CA1", "text_hash": "a" * 64}
    assert (await api.post("/v1/touches/t.1/accepted", json=left)).status_code == 200
    assert (await api.post("/v1/touches/t.2/refused", json={"because": "Nobody answered."})).status_code == 200
    assert world.touches.told == [("t.1", "CA1"), ("t.2", "Nobody answered.")]
    world.touches.answer = UnknownTouchError()
    assert (await api.post("/v1/touches/t.1/accepted", json=left)).status_code == 404


async def test_a_channel_is_silenced_listed_and_released(api, world) -> None:
    quiet = {"practice_id": "lakeside", "channel": "sms", "because": "A wrong amount.", "who": "MK"}
    told = await api.post("/v1/silences", json=quiet)
    assert told.status_code == 200
    assert told.json()["since"] == "2026-03-02T15:00:00+00:00"
    assert (await api.get("/v1/silences")).json()["silences"] == [told.json()]
    what = {"practice_id": "lakeside", "channel": "sms", "who": "JD"}
    assert (await api.post("/v1/silences/release", json=what)).status_code == 200
    assert (await api.post("/v1/silences/release", json=what)).status_code == 404


@pytest.mark.parametrize(
    "quiet", [{"practice_id": "nowhere"}, {"channel": "fax"}, {"because": ""}, {"who": ""}, {"agent": "pirate"}]
)  # fmt: skip
async def test_a_silence_that_makes_no_sense_is_refused(api, world, quiet) -> None:
    told = await api.post("/v1/silences", json={"because": "Why not.", "who": "MK"} | quiet)
    assert told.status_code == 422
    assert world.silences.quiet == []


@pytest.mark.parametrize("path", ["/v1/touches", "/v1/silences", "/v1/silences/release"])
async def test_nobody_contacts_or_silences_without_a_token(web, path) -> None:
    assert (await web.post(path, json=WISH)).status_code == 401
