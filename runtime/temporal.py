"""The connection to the engine, with everything it stores encrypted."""

from __future__ import annotations

import base64
from functools import cache

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import TLSConfig

from runtime.encryption import encrypted_converter
from runtime.settings import Settings
from runtime.trouble import Trouble

DEFAULT_ADDRESS = "127.0.0.1:7233"


class EngineAway(Trouble):
    """No Temporal server takes us at the address; the message names it and the mend."""


def converter(settings: Settings) -> DataConverter:
    """The data converter with this installation's keys."""
    keys = {name: base64.b64decode(key.get_secret_value()) for name, key in settings.payload_keys.items()}
    return encrypted_converter(keys, settings.payload_key_active)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client; EngineAway when nothing answers at the address, unless it is to connect at first use only."""
    address = settings.temporal_address or DEFAULT_ADDRESS
    try:
        return await Client.connect(
            address,
            namespace=settings.temporal_namespace,
            data_converter=converter(settings),
            api_key=settings.temporal_api_key.get_secret_value() or None,
            tls=_tls(settings),
            runtime=_measured(settings.temporal_metrics) if settings.temporal_metrics else None,
            lazy=lazy,
        )
    except RuntimeError:
        raise EngineAway(
            f"no Temporal server takes us at {address}; start it, or correct COLLECT_TEMPORAL_ADDRESS"
        ) from None


def _tls(settings: Settings) -> TLSConfig | bool:
    certificate, key = settings.temporal_tls_cert, settings.temporal_tls_key
    if certificate and key:
        return TLSConfig(client_cert=certificate.read_bytes(), client_private_key=key.read_bytes())
    return settings.temporal_tls or bool(settings.temporal_api_key.get_secret_value())


@cache
def _measured(address: str) -> Runtime:
    """One for the process: two would serve at the same address."""
    return Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=address)))
