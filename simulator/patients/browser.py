"""A patient's browser: opens the product's page, fills its forms in, goes through the hosted pages and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from simulator.webhooks import Product

GOOD_CARD = "4242424242424242"
HOPS = 8


@dataclass
class Form:
    """One form of a page; `fields` holds the values it would send as it stands."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    boxes: dict[str, str] = field(default_factory=dict)
    """What can be ticked."""
    options: list[tuple[str, str]] = field(default_factory=list)
    """What can be chosen one of, in the page's order."""
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """What came of a visit. `outcome` is paid, agreed, kept, stopped, declined, saw_page, or what was in the way."""

    outcome: str
    status: int = 200
    message: str = ""

    def as_json(self) -> dict[str, object]:
        """What the manual interface answers."""
        return {"outcome": self.outcome, "status": self.status, "message": self.message}


class Browser:
    """Speaks HTTP with the product and with this program's own hosted page."""

    def __init__(self, http: httpx.AsyncClient, product: Product) -> None:
        self._http = http
        self._product = product

    async def look(self, link: str) -> Visit:
        """Opens a link and goes no further."""
        self._http.cookies.clear()
        answer, _ = await self._get(link)
        return Visit("saw_page" if answer.status_code == 200 else "page_refused", answer.status_code)

    async def pay(self, link: str, amount_cents: int | None, card: str = GOOD_CARD, *, as_asked: bool = False) -> Visit:
        """Opens the link and pays `amount_cents`, or everything when None, with a test card.

        `as_asked`: the amount that stands in the form already, where one does.
        """
        self._http.cookies.clear()  # every visit is another person's browser
        try:
            page, address = await self._get(link)
            if page.status_code != 200:
                return Visit("page_refused", page.status_code)
            form = pay_form(page.text, amount_cents)
            if form is None:
                return Visit("nothing_to_pay", page.status_code)
            filled = form.fields | form.boxes
            if amount_cents is not None and not (as_asked and form.fields.get("amount")):
                filled["amount"] = f"{amount_cents / 100:.2f}"
            answer, address = await self._post(urljoin(address, form.action or address), filled)
            if answer.status_code >= 400 or not _is_checkout(address):
                return Visit("form_refused", answer.status_code)
            return await self._check_out(answer, address, card)
        except httpx.TransportError as unreachable:
            return Visit("unreachable", 0, type(unreachable).__name__)

    async def agree(self, link: str, choice: int = 0) -> Visit:
        """Chooses one of the plans on the page, by its place, and agrees to it."""
        form, address, status = await self._form_at(link, "plan", "terms")
        if form is None or choice >= len(form.options):
            return Visit("no_plan", status)
        answer, _ = await self._post(urljoin(address, form.action), form.fields | dict([form.options[choice]]))
        return Visit("agreed" if answer.status_code < 400 else "form_refused", answer.status_code)

    async def give_card(self, link: str, card: str = GOOD_CARD) -> Visit:
        """Reads what may be charged, ticks it, and types a card in on the hosted page."""
        form, address, status = await self._form_at(link, "card", "agree")
        if form is None:
            return Visit("no_plan", status)
        answer, address = await self._post(urljoin(address, form.action), form.fields | form.boxes)
        if answer.status_code >= 400 or not _is_checkout(address):
            return Visit("form_refused", answer.status_code)
        visit = await self._check_out(answer, address, card)
        return Visit("kept", visit.status) if visit.outcome == "paid" else visit

    async def stop_card(self, link: str) -> Visit:
        """Stops automatic payments; the plan goes on without them."""
        form, address, status = await self._form_at(link, "plan/stop", "")
        if form is None or "plan/stop" not in form.action:  # nothing is charged automatically
            return Visit("no_plan", status)
        answer, _ = await self._post(urljoin(address, form.action), form.fields)
        return Visit("stopped" if answer.status_code < 400 else "form_refused", answer.status_code)

    async def _form_at(self, link: str, place: str, name: str) -> tuple[Form | None, str, int]:
        """The form with a field of this name, or any, at a place beside the page that the link opens."""
        self._http.cookies.clear()
        start = urlsplit(link)
        page, address = await self._get(start._replace(path=f"{start.path}/{place}").geturl())
        forms = [form for form in forms_in(page.text) if form.method == "post" and (not name or name in form.names)]
        return (forms[0] if forms else None), address, page.status_code

    async def _check_out(self, page: httpx.Response, address: str, card: str) -> Visit:
        forms = forms_in(page.text)
        if not forms:
            return Visit("checkout_closed", page.status_code)
        filled = forms[0].fields | {"cardNumber": card}
        answer, _ = await self._post(urljoin(address, forms[0].action), filled)
        if answer.status_code == 402:
            return Visit("declined", 402)
        # a broken thank-you page does not undo the payment
        return Visit("paid", answer.status_code) if answer.status_code != 400 else Visit("checkout_refused", 400)

    async def _get(self, link: str) -> tuple[httpx.Response, str]:
        return await self._follow(await self._http.get(self._product.reach(link)), link)

    async def _post(self, address: str, fields: dict[str, str]) -> tuple[httpx.Response, str]:
        origin = {"Origin": "{0.scheme}://{0.netloc}".format(urlsplit(address))}
        answer = await self._http.post(self._product.reach(address), data=fields, headers=origin)
        return await self._follow(answer, address)

    async def _follow(self, answer: httpx.Response, address: str) -> tuple[httpx.Response, str]:
        for _ in range(HOPS):
            if not answer.has_redirect_location:
                break
            address = urljoin(address, answer.headers["location"])
            answer = await self._http.get(self._product.reach(address))
        return answer, address


def _is_checkout(address: str) -> bool:
    return "/c/pay/" in urlsplit(address).path


def pay_form(html: str, amount_cents: int | None) -> Form | None:
    """The form that pays: the one with an `amount` field, else the first one that posts and has a button.

    When everything is to be paid the amount the page offers is kept.
    """
    posting = [form for form in forms_in(html) if form.method == "post"]
    with_amount = next((form for form in posting if "amount" in form.names), None)
    plain = next((form for form in posting if form.buttons and "amount" not in form.names), None)
    chosen = with_amount if amount_cents is not None or plain is None else plain
    if chosen is not None and chosen.buttons:
        name, value = chosen.buttons[0]
        if name and name not in chosen.fields:
            chosen.fields[name] = value
    return chosen


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "button"):
            self._take(self._open, tag, given)

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        name, value = given.get("name", ""), given.get("value", "")
        if kind in ("submit", "image"):
            form.buttons.append((name, value))
        elif name and kind in ("radio", "checkbox"):
            form.names.add(name)
            if kind == "checkbox":
                form.boxes[name] = value or "on"
            else:
                form.options.append((name, value))
            if "checked" in given:
                form.fields[name] = value or "on"
        elif name:
            form.names.add(name)
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_in(html: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms
