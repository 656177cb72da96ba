"""The web process over a real database: what several test files stand on; engine and card page are fakes."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from card_world import FakeCheckout, FakeVault
from money_world import FakeRefunds
from pydantic import SecretStr
from temporalio.client import Client
from web_world import TOKEN, FakePolicies, FakeRequests

from runtime.settings import Settings
from runtime.temporal import connect
from simulator.secrets import Keys
from starter.case_desk import CaseDesk
from store.fact_book import FactBook
from store.pool import Pool, open_pool
from tests.store.emptied import EMPTIED
from web.app import create_app
from web.wiring import Processor, wire

SCHEMA = Path(__file__).parents[2] / "store" / "schema.sql"
BASE = "https://pay.example.org"
KEYS = Keys()
ENGINE_AWAY = "127.0.0.1:1"


@pytest.fixture(scope="session")
async def database(throwaway_postgres) -> str:
    address, _, query = throwaway_postgres.url.partition("?")
    server = await asyncpg.connect(throwaway_postgres.url)
    await server.execute("CREATE DATABASE web_tests")
    await server.close()
    url = f"{address.rpartition('/')[0]}/web_tests" + (f"?{query}" if query else "")
    connection = await asyncpg.connect(url)
    await connection.execute(SCHEMA.read_text())
    await connection.close()
    return url


@pytest.fixture
async def pool(database) -> AsyncIterator[Pool]:
    pool = await open_pool(database, max_size=10)
    await pool.execute(EMPTIED)
    yield pool
    await pool.close()


@pytest.fixture
def settings(tmp_path, database) -> Settings:
    return Settings(
        data_dir=tmp_path, public_base_url=BASE, database_url=database, temporal_address=ENGINE_AWAY,
        api_token=SecretStr(TOKEN), codec_token=SecretStr("codec-secret-for-tests-0001"), temporal_ui="http://127.0.0.1:8233/",
        payload_keys={"one": SecretStr(base64.b64encode(b"k" * 32).decode())}, payload_key_active="one",
        twilio={"account_sid": "AC1", "auth_token": KEYS.twilio_auth_token},
        sendgrid={"webhook_public_key": KEYS.as_json()["sendgrid"]["public_key"]},
        stripe={"webhook_secret": KEYS.stripe_webhook_secret},
        practice_system={"webhook_secret": KEYS.practice_webhook_secret},
    )  # fmt: skip


@pytest.fixture
def refunds() -> FakeRefunds:
    return FakeRefunds()


class RealClock:
    async def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
async def real(settings, pool, refunds) -> AsyncIterator[httpx.AsyncClient]:
    client: Client = await connect(settings, lazy=True)
    checkout = FakeCheckout()
    parts = wire(settings, client, pool, Processor(checkout, FakeVault(checkout), refunds))
    desk = CaseDesk(FactBook(pool), FakePolicies(), RealClock())
    parts = replace(parts, clock=RealClock(), policies=FakePolicies(), desk=desk, requests=FakeRequests())
    transport = httpx.ASGITransport(app=create_app(parts), client=("198.51.100.7", 5))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://internal:8080", headers=headers) as http:
        yield http
