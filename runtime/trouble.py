"""The one kind of error a person is shown while a process starts; each module says its own below it."""

from __future__ import annotations


class Trouble(Exception):
    """A process cannot start or go on, and a person can mend it; the message says what is wrong and how to mend it."""
