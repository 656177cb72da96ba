"""The command line of the simulated world: one process that serves every stand-in on one port."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import uvicorn

from simulator import secrets
from simulator.app import build
from simulator.keeping import Kept
from simulator.moments import read_moment
from simulator.secrets import Keys
from simulator.world import World


def main() -> None:
    """Serves until it is told to stop."""
    given = _arguments().parse_args()
    try:
        start = read_moment(given.at, "--at")
    except ValueError as wrong:
        raise SystemExit(str(wrong)) from None
    keys = Keys(
        given.twilio_account_sid, given.twilio_auth_token, given.stripe_api_key, given.stripe_webhook_secret,
        given.sendgrid_api_key, given.practice_api_key, given.practice_webhook_secret,
    )  # fmt: skip
    kept = Kept(Path(given.keep)) if given.keep else None
    world = _world(start, given, keys, kept)
    if given.product_url:
        world.product.url = given.product_url.rstrip("/")
        world.product.public_url = (given.product_public_url or given.product_url).rstrip("/")
    uvicorn.run(build(world, kept), host=given.host, port=given.port, log_level="warning", access_log=False)


def _world(start: datetime, given: argparse.Namespace, keys: Keys, kept: Kept | None) -> World:
    """The one that was kept, else a new one; time never goes back to before what the product has lived."""
    world, moment = kept.load() if kept else (None, None)
    if world is not None:
        return world
    return World(max(start, moment or start), given.seed, keys, echoes=given.practice_echoes)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="Plays the vendors, a practice system, its patients and the clock."
    )
    parser.add_argument("--port", type=int, required=True, help="the port to serve on")
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless told otherwise")
    parser.add_argument("--at", default="2026-03-02T09:00:00-05:00", help="the virtual start, with its offset")
    parser.add_argument("--keep", help="a file in which this world is kept between runs; else it ends with the process")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
    parser.add_argument("--product-url", help="where the product's webhooks listen; or tell it by POST /_/product")
    parser.add_argument("--product-public-url", help="the product's address as it stands in its own links")
    parser.add_argument("--practice-echoes", action="store_true", help="payments the product posts come back as events")
    parser.add_argument("--twilio-account-sid", default=secrets.TWILIO_ACCOUNT_SID)
    parser.add_argument("--twilio-auth-token", default=secrets.TWILIO_AUTH_TOKEN)
    parser.add_argument("--stripe-api-key", default=secrets.STRIPE_API_KEY)
    parser.add_argument("--stripe-webhook-secret", default=secrets.STRIPE_WEBHOOK_SECRET)
    parser.add_argument("--sendgrid-api-key", default=secrets.SENDGRID_API_KEY)
    parser.add_argument("--practice-api-key", default=secrets.PRACTICE_API_KEY)
    parser.add_argument("--practice-webhook-secret", default=secrets.PRACTICE_WEBHOOK_SECRET)
    return parser


if __name__ == "__main__":
    main()
