"""The plan log over HTTP: listed, let stand, taken back, and refused with a reason."""


async def test_the_log_is_listed_read_and_taken_back(api, world) -> None:
    (plan,) = (await api.get("/v1/plans", params={"unread": "true"})).json()["plans"]
    assert (plan["id"], plan["total_cents"], plan["sampled"]) == ("lakeside:b-1042.plan.1", 11500, True)
    assert (await api.post(f"/v1/plans/{plan['id']}/read", json={"who": "MK"})).status_code == 200
    undone = await api.post(f"/v1/plans/{plan['id']}/undo", json={"who": "MK", "because": "another family"})
    assert undone.json() == {"fact_id": "undone.1"}


async def test_what_is_not_there_or_too_old_is_refused_with_its_mend(api, world) -> None:
    for act in ("read", "undo"):
        body = {"who": "MK"} | ({"because": "x"} if act == "undo" else {})
        assert (await api.post(f"/v1/plans/lakeside:none/{act}", json=body)).status_code == 404
    assert (await api.post("/v1/plans/nobody:1/undo", json={"who": "MK", "because": "x"})).status_code == 404
    assert (await api.post("/v1/plans/lakeside:1/undo", json={"who": "MK"})).status_code == 422
    world.plan_log.late = True
    late = await api.post("/v1/plans/lakeside:b-1042.plan.1/undo", json={"who": "MK", "because": "x"})
    assert late.status_code == 409
    assert "call the patient" in late.json()["errors"][0]["mend"]
