"""Where a state, postal code or phone number may be, in time zones; nothing about hours lives here."""

from __future__ import annotations


def zones_of_state(state: str) -> tuple[str, ...]:
    """Zones of a state."""
    return ()


def zones_of_postal_code(code: str) -> tuple[str, ...]:
    """Zones of a ZIP code."""
    return ()


def zones_of_phone(number: str) -> tuple[str, ...]:
    """Zones of a US phone number in E.164."""
    return ()
