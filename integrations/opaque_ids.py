"""Identifiers derived from a practice's own numbers so that none of those numbers leaves the file; no other hashing."""

from __future__ import annotations

from hashlib import sha256


def digest(*parts: str) -> str:
    """64 hexadecimal digits that stand for the parts in their order."""
    return sha256("\x1f".join(parts).encode()).hexdigest()


def balance_id_of(practice_id: str, account: str) -> str:
    """The opaque balance id (16 hexadecimal digits) of an account number or CLP01, which may itself name a patient."""
    return sha256(f"{practice_id}:{account}".encode()).hexdigest()[:16]


def person_id_of(practice_id: str, number: str) -> str:
    """The opaque id (`u` and 16 hexadecimal digits) of someone known only by a number in a file."""
    return "u" + digest(practice_id, "person", number)[:16]
