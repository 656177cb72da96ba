"""Every Stripe object of the account, by id and by kind; what the objects mean is decided elsewhere."""

from __future__ import annotations

import hashlib
from typing import Any

from simulator.clock import Clock
from simulator.stripe.errors import invalid, missing

Obj = dict[str, Any]
API_VERSION = "2026-10-28.endive"


class Store:
    """Objects as Stripe answers them. Ids are made from a counter, so the same day gives the same ids."""

    def __init__(self, clock: Clock) -> None:
        self.objects: dict[str, Obj] = {}
        self.paid_out: dict[str, str] = {}
        """Which payout a movement of the balance went out with."""
        self._kinds: dict[str, list[str]] = {}
        self._made = 0
        self._clock = clock

    def now(self) -> int:
        """Virtual unix seconds, for `created`."""
        return int(self._clock.now.timestamp())

    def new_id(self, prefix: str, length: int = 24) -> str:
        """A fresh id such as `pi_…`."""
        self._made += 1
        digest = hashlib.sha256(f"stripe {self._made}".encode()).hexdigest() * 2
        return f"{prefix}_{digest[:length]}"

    def add(self, found: Obj) -> Obj:
        """Keeps an object under its id and kind."""
        self.objects[found["id"]] = found
        self._kinds.setdefault(found["object"], []).append(found["id"])
        return found

    def get(self, kind: str, object_id: str, param: str = "id") -> Obj:
        """The object, or Stripe's `resource_missing`."""
        found = self.objects.get(object_id)
        if found is None or found["object"] != kind:
            raise missing(kind.replace("checkout.session", "checkout.session"), object_id, param)
        return found

    def all(self, kind: str) -> list[Obj]:
        """Every object of a kind, newest first."""
        return [self.objects[object_id] for object_id in reversed(self._kinds.get(kind, []))]

    def page(self, kind: str, url: str, given: Obj) -> Obj:
        """One page of a list, filtered and placed by the request's parameters."""
        limit = given.get("limit", 10)
        if not 1 <= limit <= 100:
            raise invalid("Invalid integer: limit must be between 1 and 100", "limit", "parameter_invalid_integer")
        found = [one for one in self.all(kind) if _passes(one, given)]
        if "payout" in given:
            found = [one for one in found if self.paid_out.get(one["id"]) == given["payout"]]
        if after := given.get("starting_after"):
            found = found[_place(found, after, "starting_after") + 1 :]
        elif before := given.get("ending_before"):
            found = found[: _place(found, before, "ending_before")][-limit:]
        return {"object": "list", "url": url, "has_more": len(found) > limit, "data": found[:limit]}

    def expanded(self, found: Obj, paths: list[str]) -> Obj:
        """A copy in which the named fields hold whole objects instead of ids."""
        copy = found
        for path in paths:
            copy = self._expand(copy, path.split("."))
        return copy

    def _expand(self, found: Any, parts: list[str]) -> Any:
        if not parts or found is None:
            return found
        if isinstance(found, list):
            return [self._expand(one, parts) for one in found]
        if isinstance(found, str):
            return self._expand(self.objects.get(found, found), parts) if found in self.objects else found
        value = found.get(parts[0])
        if isinstance(value, str) and value in self.objects:
            value = self.objects[value]
        return found | {parts[0]: self._expand(value, parts[1:])}


def _place(found: list[Obj], object_id: str, param: str) -> int:
    for place, one in enumerate(found):
        if one["id"] == object_id:
            return place
    raise missing("object", object_id, param)


_FILTERS = ("customer", "email", "payment_intent", "charge", "status", "type", "active", "product",
            "payment_link", "source", "currency")  # fmt: skip


def _passes(one: Obj, given: Obj) -> bool:
    if any(name in given and one.get(name) != given[name] for name in _FILTERS):
        return False
    if "types" in given and one.get("type") not in given["types"]:
        return False
    created = given.get("created")
    if isinstance(created, str):
        return bool(one["created"] == int(created))
    bounds = created if isinstance(created, dict) else {}
    tests = {"gt": one.get("created", 0).__gt__, "gte": one.get("created", 0).__ge__,
             "lt": one.get("created", 0).__lt__, "lte": one.get("created", 0).__le__}  # fmt: skip
    return all(tests[name](int(bound)) for name, bound in bounds.items() if name in tests)
