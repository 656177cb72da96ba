"""`/p/{code}/messages`: where and about what somebody may be written to, said by themselves and kept as evidence."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from test_pay_page_in_a_browser import PHONE, WCAG, keep_picture, site  # noqa: F401 - fixtures
from web_world import CODE

from receivables.people import Channel
from store.page_consents import PostgresPageConsents, Reached
from store.pay_links import PayLinks
from web.consent_pages import name_of, wording_of
from web.documents import POSTED
from web.pay_texts import read_sheets

PAGE = f"/p/{CODE}/messages"
NUMBER = name_of(CODE, Reached(Channel.sms, "+13125550142", (), stopped=False))
ADDRESS = name_of(CODE, Reached(Channel.email, "karen@example.com", (), stopped=False))


async def test_the_page_shows_what_holds_and_gives_no_number_away(web, world) -> None:
    text = (await web.get(PAGE)).text
    assert text.count(" checked") == 2
    assert f'name="{NUMBER}-billing" value="yes" checked' in text
    assert "…42" in text
    assert "k…@example.com" in text
    assert "5550142" not in text
    assert "karen@" not in text
    assert f"{PAGE}?lang=en" in (await web.get(f"/p/{CODE}")).text
    assert "Elija" not in text
    assert "¿Cómo podemos escribirle?" in (await web.get(f"{PAGE}?lang=es")).text


async def test_ticks_are_consents_and_what_is_not_ticked_any_more_is_refused_each_with_its_evidence(web, world) -> None:
    form = {f"{NUMBER}-billing": "yes", f"{ADDRESS}-billing": "yes", f"{ADDRESS}-recall": "yes"}
    answer = await web.post(PAGE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?lang=en&saved=1")
    said = [(fact.value, fact.granted, fact.purposes) for fact in world.desk.facts.values()]
    assert said == [
        ("+13125550142", True, ["billing"]), ("+13125550142", False, ["care"]),
        ("karen@example.com", True, ["billing", "recall"]),
    ]  # fmt: skip
    (wording,) = {fact.wording_version for fact in world.desk.facts.values()}
    assert wording == wording_of(read_sheets().sentences["en"], "en")
    assert {(fact.means, fact.source, fact.guarantor_id) for fact in world.desk.facts.values()} == {("form", "page", "g7")}
    assert "Saved. This holds from now on." in (await web.get(answer.headers["location"])).text


def test_other_words_are_another_version() -> None:
    english = read_sheets().sentences["en"]
    assert wording_of(english, "en") != wording_of({**english, "consent_billing": "About anything"}, "en")


@pytest.mark.parametrize("change", [{"ended": True}, {"points": []}])
async def test_what_only_a_person_can_lift_is_not_lifted_here(web, world, change) -> None:
    world.consents.known = world.consents.known._replace(**change)
    assert "Please call us about messages" in (await web.get(PAGE)).text
    await web.post(PAGE, data={f"{NUMBER}-billing": "yes"})
    assert world.desk.facts == {}


async def test_after_stopping_e_mails_the_way_back_is_shown(web, world) -> None:
    assert f"{PAGE}?lang=en" in (await web.post(f"/p/{CODE}/stop-emails")).text


# --- over the real stores --------------------------------------------------------------------------------------------


async def agreed(pool) -> dict[str, tuple[str, ...]]:
    known = await PostgresPageConsents(pool).of("lakeside", "b-1042")
    assert known is not None
    return {one.value: one.agreed for one in known.points}


async def test_a_stop_is_shown_and_a_tick_after_it_opens_the_address_again(real, pool) -> None:
    await real.post("/v1/facts", json=POSTED)
    path = f"/p/{await PayLinks(pool).code_for('lakeside', 'b-1042')}"
    usual = ("billing", "care")
    assert await agreed(pool) == {"+13125550142": usual, "karen@example.com": usual}
    await real.post(f"{path}/stop-emails")
    assert await agreed(pool) == {"+13125550142": usual, "karen@example.com": ()}
    name = name_of(path[3:], Reached(Channel.email, "karen@example.com", (), stopped=True))
    assert (await real.post(f"{path}/messages", data={f"{name}-billing": "yes"})).status_code == 303
    assert await agreed(pool) == {"+13125550142": (), "karen@example.com": ("billing",)}
    open_now = "SELECT agreed_anew('lakeside', 'g-77', 'email', 'karen@example.com', ARRAY['billing'], (SELECT since FROM stops))"
    assert await pool.fetchval(open_now) is True
    kept = await pool.fetch("SELECT channel, purpose, status, means, wording FROM consents ORDER BY channel, purpose")
    assert [tuple(row)[:4] for row in kept] == [
        ("email", "billing", "granted", "form"), ("sms", "billing", "denied", "form"), ("sms", "care", "denied", "form"),
    ]  # fmt: skip
    assert all(row["wording"].startswith("page.en.") for row in kept)


async def test_only_the_ways_somebody_asked_for_are_shown_and_numbers_that_are_not_theirs_are_not(real, pool) -> None:
    await real.post("/v1/facts", json=POSTED)
    lost = "INSERT INTO suppressions (since, channel, value, status) VALUES (now(), 'sms', '+13125550142', 'wrong_person')"
    await pool.execute(lost)
    assert await agreed(pool) == {"karen@example.com": ("billing", "care")}
    await pool.execute("DELETE FROM suppressions")
    quiet = {
        "kind": "confidential_requested", "fact_id": "q.1", "at": "2026-03-02T16:00:00Z", "source": "desk",
        "practice_id": "lakeside", "guarantor_id": "g-77", "only_at": ["+1 312 555 0142"],
    }  # fmt: skip
    quiet["only_at"] = ["+13125550142"]
    assert (await real.post("/v1/facts", json=quiet)).status_code == 202
    known = await PostgresPageConsents(pool).of("lakeside", "b-1042")
    assert [one.value for one in known.points] == ["+13125550142"]
    assert known.ended
    assert await PostgresPageConsents(pool).of("lakeside", "nothing") is None


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
async def test_it_works_on_a_phone_without_javascript_and_axe_finds_no_fault(site, chromium) -> None:  # noqa: F811
    world, address = site
    context = await chromium.new_context(java_script_enabled=False, viewport=PHONE)
    phone = await context.new_page()
    await phone.goto(f"{address}/messages")
    await phone.get_by_label("About bills").last.check()
    await phone.get_by_role("button", name="Save my choice").click()
    await expect(phone.get_by_role("status")).to_contain_text("Saved.")
    assert [fact.value for fact in world.desk.facts.values() if fact.granted] == ["+13125550142", "karen@example.com"]
    await context.close()
    context = await chromium.new_context(viewport=PHONE)
    phone = await context.new_page()
    await phone.goto(f"{address}/messages?saved=1")
    await keep_picture(phone, "messages")
    found = (await Axe().run(phone, options=WCAG)).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
    await context.close()
