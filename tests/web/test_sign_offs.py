"""Policies and messages over the real stores: drafted, judged, signed by who may, and in force from the answer on."""

import httpx
import pytest
from web_world import TOKEN, World

from starter.sign_off_desk import NotASigner, SignedBefore, UnknownDraft

TEXT = (
    "{% from '_shared/words.en.txt' import notice, signature %}{% if neutral %}{{ notice(practice, first_name, link) }} "
    "{% else %}{{ practice }}: Hi {{ first_name }}, {{ amount }} is still open. "
    "{% if offer %}Reply YES to take {{ installments }} payments.{% endif %}"
    "{% if mention_plan %} Reply PLAN to split it.{% endif %} Pay here: {{ link }} {% endif %}{{ signature(phone) }}"
)


def asked(text, who="MK"):
    return {"files": {"sms.en.txt": text}, "who": who, "because": "Shorter."}


async def drafted(real, text=TEXT):
    return await real.post("/v1/messages/lakeside/follow_up/drafts", json=asked(text))


async def test_a_draft_holds_when_somebody_who_may_signs_it_and_not_before(real) -> None:
    told = await drafted(real)
    assert told.status_code == 200, told.text
    number = told.json()["draft_id"]
    assert (await real.get("/v1/messages/lakeside")).json()["texts"] == {}
    refused = await real.post(f"/v1/drafts/{number}/approve", json={"who": "temp"})
    assert refused.status_code == 403
    assert "signers" in refused.json()["errors"][0]["mend"]
    approved = await real.post(f"/v1/drafts/{number}/approve", json={"who": "owner"})
    assert approved.status_code == 200, approved.text
    assert list((await real.get("/v1/messages/lakeside")).json()["texts"]) == ["follow_up/sms.en.txt"]
    assert (await real.post(f"/v1/drafts/{number}/approve", json={"who": "owner"})).status_code == 409
    (draft,) = (await real.get("/v1/drafts", params={"practice_id": "lakeside"})).json()["drafts"]
    assert (draft["drafted_by"], draft["signed_by"], draft["because"]) == ("MK", "owner", "Shorter.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ ''.__class__ }}", "messages/follow_up/sms.en.txt, line 1: a message cannot reach behind a word"),
        ("{{ practice }}: \n{{ nothing_like_it }}", "line 2: there is no word `nothing_like_it`"),
        ("{% for a in range(9) %}x{% endfor %}", "line 1: a loop may not stand"),
        ("{{ practice }}: " + "word " * 900, "parts of a text; shorten it to 3"),
    ],
)
async def test_an_unfit_draft_is_refused_with_the_place_and_what_is_live_stays(real, text, said) -> None:
    refused = await drafted(real, text)
    assert refused.status_code == 422
    assert any(said in error["problem"] for error in refused.json()["errors"]), refused.text
    assert (await real.get("/v1/drafts")).json()["drafts"] == []


async def test_a_lone_surrogate_is_refused(real) -> None:
    body = b'{"files": {"sms.en.txt": "half \\ud83d of it"}, "who": "MK", "because": "An emoji."}'
    headers = {"content-type": "application/json"}
    refused = await real.post("/v1/messages/lakeside/follow_up/drafts", content=body, headers=headers)
    assert refused.status_code == 422
    assert "sms.en.txt" in refused.text


async def test_a_message_that_no_rule_sends_is_refused(real) -> None:
    refused = await real.post("/v1/messages/lakeside/hello_there/drafts", json=asked("hi"))
    assert "no rule sends a message of this name" in refused.json()["errors"][0]["problem"]
    unknown = await real.post("/v1/messages/nowhere/follow_up/drafts", json=asked("hi"))
    assert unknown.status_code == 404


async def test_a_policy_is_published_on_a_fresh_look_by_who_may(real) -> None:
    holds = (await real.get("/v1/policies/lakeside")).json()
    assert (holds["sign_off"], holds["values"]) == (0, {})
    body = {"values": {"ladder": {"email_day": 9}}, "seen": 0, "who": "owner", "because": "Calmer."}
    assert (await real.post("/v1/policies/lakeside", json=body | {"who": "temp"})).status_code == 403
    told = await real.post("/v1/policies/lakeside", json=body)
    assert told.status_code == 200, told.text
    now = (await real.get("/v1/policies/lakeside")).json()
    assert now["policy_version"] == told.json()["policy_version"] != holds["policy_version"]
    assert now["values"] == {"ladder": {"email_day": 9}}
    again = await real.post("/v1/policies/lakeside", json=body)
    assert again.status_code == 409
    more = body | {"values": {"min_balance_to_contact": 25}, "seen": now["sign_off"]}
    assert (await real.post("/v1/policies/lakeside", json=more)).status_code == 200
    kept = (await real.get("/v1/policies/lakeside")).json()["values"]
    assert kept == {"ladder": {"email_day": 9}, "min_balance_to_contact": 25}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"contact": {"max_per_day": 3}}, "contact.max_per_day"),
        ({"contact": {"window_local": "06:00-23:00x"}}, "contact.window_local"),
        ({"colour": "red"}, "there is no such field"),
        ({"holdout": {"starts": "2020-01-01"}}, "holdout.starts: 2020-01-01 is past, and people have been written to since"),
    ],
)
async def test_a_policy_that_cannot_be_used_is_refused_and_what_is_live_stays(real, values, said) -> None:
    body = {"values": values, "seen": 0, "who": "owner", "because": "Louder."}
    refused = await real.post("/v1/policies/lakeside", json=body)
    assert refused.status_code == 422
    assert said in refused.json()["errors"][0]["problem"]
    assert (await real.get("/v1/policies/lakeside")).json()["sign_off"] == 0


@pytest.mark.parametrize(
    ("fault", "status"), [(NotASigner(), 403), (UnknownDraft(), 404), (SignedBefore(), 409)], ids=["who", "which", "again"]
)
async def test_each_refusal_to_sign_has_its_own_answer(api, world, fault, status) -> None:
    world.sign_offs.fault = fault
    told = await api.post("/v1/drafts/1/approve", json={"who": "owner"})
    assert told.status_code == status
    assert told.json()["errors"][0]["mend"]


OWN = {"owner": "the-owners-own-token-0001", "manager": "the-managers-own-token-01"}


async def test_where_signers_have_tokens_nobody_signs_with_a_name_or_a_token_that_is_not_theirs() -> None:
    world = World(signers=OWN)
    transport = httpx.ASGITransport(app=world.app, client=("198.51.100.7", 5))

    async def approves(token: str, who: str = "owner") -> int:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://internal", headers={"Authorization": f"Bearer {token}"}
        ) as client:
            published = {"values": {"ladder": {"email_day": 9}}, "seen": 0, "who": who, "because": "Fewer."}
            told = await client.post("/v1/policies/lakeside", json=published)
            signed = await client.post("/v1/drafts/1/approve", json={"who": who})
            assert told.status_code == signed.status_code
            return signed.status_code

    assert await approves(TOKEN) == 403, "the token of integrations signs nothing"
    assert await approves(OWN["manager"]) == 403
    assert await approves(OWN["owner"]) == 200
    assert await approves(OWN["owner"], "manager") == 403
    assert await approves("somebody-elses-token-00001") == 401


async def test_without_tokens_of_their_own_a_stated_name_is_believed(api) -> None:
    assert (await api.post("/v1/drafts/1/approve", json={"who": "owner"})).status_code == 200
