"""The hosted pages a patient sees: Checkout, a payment link, and the thank-you; HTML and its two form posts only."""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from simulator.stripe.checkout import Checkout
from simulator.stripe.errors import StripeError
from simulator.stripe.store import Obj, Store

FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""
FORM = """{error}{items}
<form method="post" action="/c/pay/{session_id}">
<p><label>E-mail <input name="email" type="email" value="{email}"></label></p>
<p><label>Card number <input name="cardNumber" inputmode="numeric" autocomplete="cc-number" required></label></p>
<p><label>Expiry (MM / YY) <input name="cardExpiry" autocomplete="cc-exp" value="12 / 34"></label></p>
<p><label>Security code <input name="cardCvc" inputmode="numeric" autocomplete="cc-csc" value="123"></label></p>
<p><label>Name on card <input name="billingName" autocomplete="cc-name"></label></p>
<p><button type="submit">{button}</button></p></form>{cancel}"""


def page_routes(store: Store, checkout: Checkout) -> list[Route]:
    """The pages at `/c/pay/{session}`, `/b/{link}` and `/c/thanks`."""

    async def show(request: Request) -> Response:
        session = store.objects.get(request.path_params["session_id"])
        if session is None or session["object"] != "checkout.session":
            return HTMLResponse(FRAME.format(title="Page not found", body=""), 404)
        return HTMLResponse(render(session, checkout.items[session["id"]]))

    async def pay(request: Request) -> Response:
        session = store.objects.get(request.path_params["session_id"])
        if session is None or session["object"] != "checkout.session":
            return HTMLResponse(FRAME.format(title="Page not found", body=""), 404)
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            checkout.complete(session, {"payment_method_data": described(form)})
        except StripeError as refused:
            return HTMLResponse(render(session, checkout.items[session["id"]], refused.body["message"]), refused.status)
        return RedirectResponse(after(session), 303)

    async def open_link(request: Request) -> Response:
        link = store.objects.get(request.path_params["link_id"])
        if link is None or link["object"] != "payment_link" or not link["active"]:
            return HTMLResponse(FRAME.format(title="This link is no longer active", body=""), 404)
        session = checkout.from_link(link, str(request.base_url).rstrip("/"))
        return RedirectResponse(session["url"], 303)

    async def thank(request: Request) -> Response:
        return HTMLResponse(FRAME.format(title="Thanks for your payment", body=""))

    return [
        Route("/c/pay/{session_id}", show, methods=["GET"]),
        Route("/c/pay/{session_id}", pay, methods=["POST"]),
        Route("/c/thanks", thank, methods=["GET"]),
        Route("/b/{link_id}", open_link, methods=["GET"]),
    ]


def described(form: dict[str, str]) -> Obj:
    """The payment method that the page's fields describe."""
    month, _, year = form.get("cardExpiry", "").partition("/")
    card: dict[str, Any] = {"number": form.get("cardNumber", "")}
    if month.strip().isdigit() and year.strip().isdigit():
        card |= {"exp_month": month.strip(), "exp_year": "20" + year.strip()[-2:]}
    who = {"email": form.get("email") or None, "name": form.get("billingName") or None}
    return {"type": "card", "card": card, "billing_details": who}


def after(session: Obj) -> str:
    """Where the browser goes after success."""
    return str(session["success_url"] or "/c/thanks").replace("{CHECKOUT_SESSION_ID}", session["id"])


def render(session: Obj, items: list[Obj], error: str = "") -> str:
    """The page of a session; one that is no longer open says so."""
    if session["status"] != "open":
        done = "Payment complete" if session["status"] == "complete" else "This session has expired"
        return FRAME.format(title=done, body="")
    lines = "".join(f"<li>{escape(item['description'])}: {dollars(item['amount_total'])}</li>" for item in items)
    total = f'<ul>{lines}</ul><p>Total <strong id="total">{dollars(session["amount_total"] or 0)}</strong></p>'
    cancel, setup = session["cancel_url"], session["mode"] == "setup"
    body = FORM.format(
        error=f'<p role="alert">{escape(error)}</p>' if error else "", session_id=session["id"],
        items="<p>Nothing is charged now.</p>" if setup else total, email=escape(session["customer_email"] or ""),
        button="Save card" if setup else "Pay",
        cancel=f'<p><a href="{escape(cancel)}">Back</a></p>' if cancel else "",
    )  # fmt: skip
    return FRAME.format(title="Save your card" if setup else "Pay", body=body)


def dollars(cents: int) -> str:
    """`$1,234.50`."""
    return f"${cents // 100:,}.{cents % 100:02d}"
