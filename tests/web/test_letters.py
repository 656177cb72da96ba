"""Letters over HTTP: what lies ready, what is printed, and what the post brought back."""

from letter_world import READY


async def test_letters_are_listed_collected_and_told_as_printed(api, world) -> None:
    assert (await api.get("/v1/letters")).json() == {"letters": [READY]}
    batch = (await api.post("/v1/letters/collect", json={"practice_id": "lakeside"})).json()
    assert (batch["letters"], batch["held_back"]) == ([READY], [])
    assert batch["withdrawn"][0]["because"] == "The balance is closed."
    done = await api.post("/v1/letters/printed", json={"touch_ids": [READY["touch_id"]], "who": "MK"})
    assert done.json() == {"printed": [READY["touch_id"]]}
    assert world.letters.done == [([READY["touch_id"]], "MK")]


async def test_a_letter_that_came_back_closes_its_address_and_is_a_fact(api, world) -> None:
    assert (await api.post(f"/v1/letters/{READY['touch_id']}/returned")).status_code == 200
    assert world.touches.told == [("Karen Hill\nChicago, IL 60614", "letter", "bounced")]
    (fact,) = world.desk.facts.values()
    assert (fact.kind, fact.touch_id, fact.status) == ("delivery_failed", READY["touch_id"], "bounced")


async def test_wrong_requests_name_the_field_and_the_mend(api) -> None:
    unknown = await api.post("/v1/letters/collect", json={"practice_id": "nowhere"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "practice_id")
    missing = await api.post("/v1/letters/nothing/returned")
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (404, "touch_id")
    assert (await api.post("/v1/letters/printed", json={"touch_ids": [], "who": "MK"})).status_code == 422
