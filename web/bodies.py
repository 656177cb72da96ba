"""Reads request bodies: not more than agreed, and only of the agreed type; nothing is interpreted here."""

from __future__ import annotations

from starlette.requests import Request

from web.problems import refuse

FACTS_BYTES = 4_000_000
"""Some thousand facts; more are sent in several lists."""
FORM_BYTES = 16_000
REQUEST_BYTES = 100_000
DROPPED_BYTES = 64_000_000
CODEC_BYTES = 16_000_000
"""Histories are decoded a page at a time by the Temporal UI."""


async def read(request: Request, most: int) -> bytes:
    """The raw body. UnacceptableError (413) when it is larger than `most` bytes.

    The rest of a body that is too large is read and dropped, up to a limit: many clients look for the answer only
    when they have sent everything, and would report a broken connection instead of the reason.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        elif size > DROPPED_BYTES:
            break
        else:
            chunks.clear()
    if size > most:
        shown = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1_000} KB"
        raise refuse(413, f"the body is larger than {shown}", "send less at a time", Connection="close")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def need_type(request: Request, wanted: str) -> None:
    """UnacceptableError (415) unless the content type is the wanted one, whatever its parameters."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise refuse(415, "the body is of another content type", f"send it with Content-Type: {wanted}")

