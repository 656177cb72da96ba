"""Stripe's idempotency: the first answer under a key is kept and replayed; other parameters under it are refused."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.stripe.errors import StripeError


@dataclass
class Remembered:
    """A request under a key; `answer` is None while it runs."""

    fingerprint: str
    request_id: str
    answer: tuple[int, bytes] | None = None


class Keyring:
    """Keys of the account. A request refused for bad parameters is forgotten, a declined or broken one is kept."""

    def __init__(self) -> None:
        self._kept: dict[str, Remembered] = {}

    def begin(self, key: str, fingerprint: str, request_id: str) -> Remembered | None:
        """The earlier request to replay, or None when this one is new and may run."""
        earlier = self._kept.get(key)
        if earlier is None:
            self._kept[key] = Remembered(fingerprint, request_id)
            return None
        if earlier.fingerprint != fingerprint:
            raise StripeError(
                400, "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            )  # fmt: skip
        if earlier.answer is None:
            raise StripeError(
                409, "idempotency_error", "There is currently another in-progress request using this Idempotent Key.",
                code="idempotency_key_in_use",
            )  # fmt: skip
        return earlier

    def finish(self, key: str, status: int, body: bytes, started: bool) -> None:
        """Keeps the answer, or forgets the key when nothing was started."""
        if started:
            self._kept[key].answer = (status, body)
        else:
            self._kept.pop(key, None)
