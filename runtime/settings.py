"""Every setting of every process, read once from the environment; a wrong one is named with its mend."""

from __future__ import annotations

import base64
import difflib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from runtime.own_secrets import kept_secret
from runtime.trouble import Trouble
from runtime.vendors import Account, LanguageModel, PracticeSystem, SendGrid, Stripe, Twilio

PREFIX = "COLLECT_"
VENDORS = ("twilio", "sendgrid", "stripe", "practice_system")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_OURS = frozenset({"COLLECT_URL"})
"""Variables of this prefix that only the command line reads."""
ALIKE = 0.85
"""How much a variable must look like one of ours to be taken for a misspelling of it."""


class WrongSetting(Trouble):
    """A setting cannot be used; the message names the variable and the mend."""


SHORTEST_TOKEN = 24


class Settings(BaseSettings):
    """Environment variables `COLLECT_…`; `DATABASE_URL` is also read without the prefix. Nested ones use `__`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="ignore", str_strip_whitespace=True
    )

    data_dir: Path = Path(".collect")
    database_url: str | None = Field(default=None, repr=False)
    temporal_address: str | None = None
    temporal_namespace: str = Field(default="default", min_length=1)
    temporal_ui: str | None = None
    temporal_api_key: SecretStr = SecretStr("")
    """Of a managed engine; it switches encryption of the connection on."""
    temporal_tls: bool = False
    temporal_tls_cert: Path | None = None
    temporal_tls_key: Path | None = None
    """A client certificate and its key, in PEM; both or none."""
    temporal_metrics: str | None = None
    """Where the engine's client serves Prometheus metrics, such as 127.0.0.1:9464; nowhere when unset."""
    task_queue: str = Field(default="collections", min_length=1)
    practices_dir: Path = Path("practices")
    host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=1, le=65535)
    worker_port: int = Field(default=8085, ge=1, le=65535)
    """Health of the worker and, in the simulated world, the participant of its clock."""
    public_base_url: str | None = None
    """The address patients and vendors reach `web` at; signatures are checked against it."""
    api_token: SecretStr = SecretStr("")
    signing_tokens: dict[str, SecretStr] = Field(default_factory=dict)
    """Name under a practice's `signers` or `roles` to the token that only this person has: then no name alone signs."""
    codec_token: SecretStr = SecretStr("")
    payload_keys: dict[str, SecretStr] = Field(default_factory=dict)
    """Key id to 32 bytes in base64. All read, `payload_key_active` writes."""
    payload_key_active: str = ""
    """May be left out while there is one key."""
    simulator_url: str | None = None
    """Set only in the simulated world: its clock is the clock, its stand-ins are the vendors."""
    simulated_nights_apart: int = Field(default=1, ge=1, le=31)
    """Virtual nights from one proof of a practice's books to the next; the real world proves them every night."""
    build_id: str = "1"
    """Version of the worker: lives are pinned to it and move to the current one at their next fresh start."""
    makes_itself_current: bool = True
    """False where a controller ramps versions."""
    log_json: bool = True
    twilio: Twilio = Twilio()
    sendgrid: SendGrid = SendGrid()
    stripe: Stripe = Stripe()
    practice_system: PracticeSystem = PracticeSystem()
    language_model: LanguageModel = LanguageModel()

    @property
    def public_url(self) -> str:
        """Where patients reach the pages."""
        return (self.public_base_url or f"http://{self.host}:{self.web_port}").rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in ("postgresql", "postgres"):
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        return url

    @field_validator("temporal_address", "temporal_metrics")
    @classmethod
    def _is_host_and_port(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", address):
            raise ValueError("write it as host:port, such as 127.0.0.1:7233, without http://")
        return address

    @field_validator("public_base_url", "simulator_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("write it as https://host, with http:// only on this machine")
        return url

    @field_validator("signing_tokens")
    @classmethod
    def _tokens_are_hard_to_guess(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        told = [token.get_secret_value() for token in tokens.values()]
        if any(len(token) < SHORTEST_TOKEN for token in told) or len(set(told)) < len(told):
            raise ValueError("give each signer a token of their own, at least 24 signs: openssl rand -hex 24")
        return tokens

    @field_validator("payload_keys")
    @classmethod
    def _keys_are_32_bytes(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, key in keys.items():
            try:
                raw = base64.b64decode(key.get_secret_value(), validate=True)
            except ValueError:
                raw = b""
            if len(raw) != 32:
                raise ValueError(f"key {name} is not 32 bytes in base64; make one with: openssl rand -base64 32")
        return keys

    @model_validator(mode="after")
    def _one_key_writes(self) -> Settings:
        if len(self.payload_keys) == 1 and not self.payload_key_active:
            self.payload_key_active = next(iter(self.payload_keys))
        if self.payload_keys and self.payload_key_active not in self.payload_keys:
            raise ValueError(
                f"{PREFIX}PAYLOAD_KEY_ACTIVE: it names no key of {PREFIX}PAYLOAD_KEYS; set it to the id of the key "
                "that writes"
            )
        return self

    @model_validator(mode="after")
    def _worlds_are_apart(self) -> Settings:
        """The simulator is never reached from the real world, nor a vendor from the simulated one."""
        for name in VENDORS:
            account: Account = getattr(self, name)
            variable = f"{PREFIX}{name.upper()}__BASE_URL"
            if account.base_url and not self.simulator_url:
                raise ValueError(
                    f"{variable}: it points a vendor elsewhere, which only the simulated world may do; unset it"
                )
            if self.simulator_url and account.can_be_reached and not account.base_url:
                raise ValueError(
                    f"{variable}: in the simulated world this vendor's keys would reach the real one; set it to the "
                    f"simulator's address, or unset {PREFIX}SIMULATOR_URL"
                )
        model = self.language_model
        if self.simulator_url and model.model and urlsplit(model.base_url or "").hostname not in LOOPBACK:
            raise ValueError(
                f"{PREFIX}LANGUAGE_MODEL__BASE_URL: in the simulated world nobody outside is asked; set it to a server "
                f"on this machine, or unset {PREFIX}LANGUAGE_MODEL__MODEL"
            )
        return self

    @model_validator(mode="after")
    def _patients_can_trust_the_address(self) -> Settings:
        url = self.public_base_url
        if url is None and self.host not in LOOPBACK:
            raise ValueError(
                f"{PREFIX}PUBLIC_BASE_URL: it is missing while {PREFIX}HOST opens the web process to others; set it to "
                "the address patients and vendors use"
            )
        if url and urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK and not self.simulator_url:
            raise ValueError(f"{PREFIX}PUBLIC_BASE_URL: patients pay there, so it begins with https://")
        return self

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Settings:
        for name in ("temporal_tls_cert", "temporal_tls_key"):
            path = getattr(self, name)
            if path is None and (self.temporal_tls_cert or self.temporal_tls_key):
                raise ValueError(f"{PREFIX}{name.upper()}: certificate and key belong together; set both or none")
            if path is not None and not path.is_file():
                raise ValueError(f"{PREFIX}{name.upper()}: there is no such file; correct the path")
        return self


def load_settings(data_dir: Path | None = None, **given: object) -> Settings:
    """The settings of this process. WrongSetting names each wrong variable and its mend, a line each.

    What nobody set and everybody needs (token, payload key) is made once and kept under the data folder, readable by
    this user only.
    """
    _refuse_misspelt(os.environ)
    if os.environ.get("DATABASE_URL") and not os.environ.get(f"{PREFIX}DATABASE_URL"):
        given.setdefault("database_url", os.environ["DATABASE_URL"])
    if data_dir is not None:
        given.setdefault("data_dir", data_dir)
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise WrongSetting("\n".join(_sentences(wrong))) from None
    except SettingsError as wrong:
        name = re.search(r'field "(\w+)"', str(wrong))
        variable = f"{PREFIX}{name[1].upper()}" if name else f"{PREFIX}…"
        raise WrongSetting(f'{variable}: this is not JSON; write it as {{"name": "value"}}') from None
    return _with_own_secrets(settings)


def _sentences(wrong: ValidationError) -> Iterator[str]:
    for fault in wrong.errors(include_url=False, include_input=False, include_context=False):
        place = "__".join(str(part).upper() for part in fault["loc"])
        variable = place if place == "DATABASE_URL" and place in os.environ else f"{PREFIX}{place}"
        message = fault["msg"].removeprefix("Value error, ")
        yield f"{variable}: {message}" if place else message


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    """A misspelt variable would be ignored in silence, and a default would stand where someone meant to set one."""
    known = [*_variables(Settings)]
    for name in environment:
        if not name.startswith(PREFIX) or name in known or name in NOT_OURS:
            continue
        if name.startswith(f"{PREFIX}PAYLOAD_KEYS__"):
            continue
        meant = difflib.get_close_matches(name, known, 1, ALIKE)
        if meant:
            raise WrongSetting(f"{name}: there is no such setting; {meant[0]} is meant, or unset it")


def _variables(model: type[BaseModel], prefix: str = PREFIX) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{prefix}{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _variables(field.annotation, f"{prefix}{name.upper()}__")


def _with_own_secrets(settings: Settings) -> Settings:
    folder = settings.data_dir / "secrets"
    made: dict[str, Any] = {}
    if not settings.api_token.get_secret_value():
        made["api_token"] = SecretStr(kept_secret(folder / "api-token"))
    if not settings.codec_token.get_secret_value():
        made["codec_token"] = SecretStr(kept_secret(folder / "codec-token"))
    if not settings.payload_keys:
        # Losing this key loses the running lives: it belongs in the backup.
        made["payload_keys"] = {"own": SecretStr(kept_secret(folder / "payload-key", _new_key))}
        made["payload_key_active"] = "own"
    return settings.model_copy(update=made)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
