"""Settings an operator gets wrong: each is named with its mend, and no mistake sends a patient to the wrong world."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.own_secrets import kept_secret
from runtime.settings import WrongSetting, load_settings
from runtime.trouble import Trouble

KEY = base64.b64encode(b"1" * 32).decode()
OTHER = base64.b64encode(b"2" * 32).decode()


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("COLLECT_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def test_with_nothing_set_everything_is_local_and_the_secrets_are_our_own(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert (settings.database_url, settings.temporal_address, settings.simulator_url) == (None, None, None)
    assert (settings.host, settings.public_url) == ("127.0.0.1", "http://127.0.0.1:8080")
    assert len(settings.api_token.get_secret_value()) >= 32
    assert settings.payload_key_active == "own"
    assert len(base64.b64decode(settings.payload_keys["own"].get_secret_value())) == 32
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_settings(tmp_path) == settings


def test_given_secrets_are_used_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_API_TOKEN", "given")
    monkeypatch.setenv("COLLECT_CODEC_TOKEN", "given too")
    monkeypatch.setenv("COLLECT_PAYLOAD_KEYS", f'{{"k1": "{KEY}"}}')
    settings = load_settings(tmp_path)
    assert settings.api_token.get_secret_value() == "given"
    assert settings.payload_key_active == "k1"
    assert list(tmp_path.iterdir()) == []


def test_nothing_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, database_url="postgresql://collect:hush@db/collect", temporal_api_key="hush")
    shown = repr(settings)
    assert "hush" not in shown
    assert settings.api_token.get_secret_value() not in shown


def test_the_plain_name_of_the_database_address_is_read_and_ours_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://plain/db")
    assert load_settings(tmp_path).database_url == "postgresql://plain/db"
    monkeypatch.setenv("COLLECT_DATABASE_URL", "postgresql://ours/db")
    assert load_settings(tmp_path).database_url == "postgresql://ours/db"
    monkeypatch.setenv("COLLECT_DATABASE_URL", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings(tmp_path).database_url is None


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_URL", "mysql://db", "DATABASE_URL: write it as postgresql://"),
        ("COLLECT_DATABASE_URL", "localhost/db", "COLLECT_DATABASE_URL: write it as postgresql://"),
        ("COLLECT_TEMPORAL_ADDRESS", "http://engine:7233", "COLLECT_TEMPORAL_ADDRESS: write it as host:port"),
        ("COLLECT_TEMPORAL_ADDRESS", "engine", "COLLECT_TEMPORAL_ADDRESS: write it as host:port"),
        ("COLLECT_TEMPORAL_TLS_CERT", "/nowhere.pem", "COLLECT_TEMPORAL_TLS_CERT: there is no such file; correct the path"),
        ("COLLECT_WEB_PORT", "tcp://10.0.0.1:80", "COLLECT_WEB_PORT: Input should be a valid integer"),
        ("COLLECT_WEB_PORT", "70000", "COLLECT_WEB_PORT: Input should be less than or equal to 65535"),
        ("COLLECT_PUBLIC_BASE_URL", "pay.example.com", "COLLECT_PUBLIC_BASE_URL: write it as https://host"),
        ("COLLECT_PUBLIC_BASE_URL", "http://pay.example.com", "COLLECT_PUBLIC_BASE_URL: patients pay there, so it begins with"),
        ("COLLECT_HOST", "0.0.0.0", "COLLECT_PUBLIC_BASE_URL: it is missing while COLLECT_HOST opens the web process"),
        ("COLLECT_PAYLOAD_KEYS", "secret", "COLLECT_PAYLOAD_KEYS: this is not JSON; write it as"),
        ("COLLECT_SIGNING_TOKENS", '{"owner": "short"}', "give each signer a token of their own, at least 24 signs"),
        ("COLLECT_PAYLOAD_KEYS", '{"k1": "c2hvcnQ="}', "key k1 is not 32 bytes in base64; make one with: openssl rand"),
        ("COLLECT_PAYLOAD_KEYS__K1", "%%%", "key k1 is not 32 bytes in base64; make one with: openssl rand"),
        ("COLLECT_TWILIO__AUTH_TOKN", "x", "COLLECT_TWILIO__AUTH_TOKN: there is no such setting; COLLECT_TWILIO__AUTH_TOKEN"),
        ("COLLECT_TEMPORAL_ADRESS", "x:1", "COLLECT_TEMPORAL_ADRESS: there is no such setting; COLLECT_TEMPORAL_ADDRESS is"),
        ("COLLECT_LOG_JSON", "maybe", "COLLECT_LOG_JSON: Input should be a valid boolean"),
        ("COLLECT_TWILIO__BASE_URL", "http://127.0.0.1:8084", "COLLECT_TWILIO__BASE_URL: it points a vendor elsewhere, which"),
        ("COLLECT_STRIPE__BASE_URL", "http://127.0.0.1:8084", "only the simulated world may do; unset it"),
        ("COLLECT_SIMULATOR_URL", "127.0.0.1", "COLLECT_SIMULATOR_URL: write it as"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetting) as fault:
        load_settings(tmp_path)
    assert said in str(fault.value)
    assert isinstance(fault.value, Trouble)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_never_repeated_in_the_message_about_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_PAYLOAD_KEYS", f'{{"k1": "{KEY}x"}}')
    with pytest.raises(WrongSetting) as fault:
        load_settings(tmp_path)
    assert KEY not in str(fault.value)


def test_all_wrong_settings_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_WEB_PORT", "0")
    monkeypatch.setenv("COLLECT_TEMPORAL_ADDRESS", "engine")
    with pytest.raises(WrongSetting) as fault:
        load_settings(tmp_path)
    assert [line.partition(":")[0] for line in str(fault.value).splitlines()] == ["COLLECT_TEMPORAL_ADDRESS", "COLLECT_WEB_PORT"]


def test_variables_of_other_programs_with_our_prefix_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_WEB_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("COLLECT_URL", "http://127.0.0.1:8080")
    assert load_settings(tmp_path).host == "127.0.0.1"


def test_in_the_simulated_world_no_key_ever_reaches_a_real_vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_SIMULATOR_URL", "http://127.0.0.1:8084")
    assert load_settings(tmp_path).simulator_url
    monkeypatch.setenv("COLLECT_STRIPE__API_KEY", "sk_live_x")
    with pytest.raises(WrongSetting, match="COLLECT_STRIPE__BASE_URL: in the simulated world this vendor's keys would reach the"):
        load_settings(tmp_path)
    monkeypatch.setenv("COLLECT_STRIPE__BASE_URL", "http://127.0.0.1:8084")
    assert load_settings(tmp_path).stripe.base_url == "http://127.0.0.1:8084"


def test_the_writing_key_is_one_of_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_PAYLOAD_KEYS", f'{{"k1": "{KEY}", "k2": "{OTHER}"}}')
    with pytest.raises(WrongSetting, match="COLLECT_PAYLOAD_KEY_ACTIVE: it names no key of COLLECT_PAYLOAD_KEYS"):
        load_settings(tmp_path)
    monkeypatch.setenv("COLLECT_PAYLOAD_KEY_ACTIVE", "k2")
    assert load_settings(tmp_path).payload_key_active == "k2"


def test_a_certificate_comes_with_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tls.pem").write_text("certificate")
    monkeypatch.setenv("COLLECT_TEMPORAL_TLS_CERT", str(tmp_path / "tls.pem"))
    with pytest.raises(WrongSetting, match="COLLECT_TEMPORAL_TLS_KEY: certificate and key belong together; set both or none"):
        load_settings(tmp_path)


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(tmp_path / "secrets" / "token"), range(32)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["token"]


def test_an_empty_secret_is_never_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "token").touch()
    with pytest.raises(Trouble, match="is empty; restore it from the backup, or remove it to have a new one made"):
        kept_secret(tmp_path / "token")


def test_another_users_secret_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> str:
        raise PermissionError

    (tmp_path / "token").touch()
    monkeypatch.setattr(Path, "read_text", closed)
    with pytest.raises(Trouble, match="belongs to another user; run as that user, or choose another folder with --data"):
        kept_secret(tmp_path / "token")
