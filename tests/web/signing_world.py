"""Fakes of what practices sign; no tests live here."""


class FakeSigned:
    """Nothing is ever signed while this runs."""

    async def renew(self):
        return 0

    async def keep(self):
        return None


class FakeSignOffs:
    def __init__(self) -> None:
        self.fault: Exception | None = None

    async def approve(self, draft_id, who):
        if self.fault:
            raise self.fault
        return {"draft_id": draft_id}

    async def publish(self, practice_id, values, seen, who, because):
        return {"practice_id": practice_id}
