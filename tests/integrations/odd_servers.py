"""Purpose-made HTTP servers of a few lines for answers the simulator does not give."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Odd:
    """What the server answers, and what it was asked."""

    base_url: str = ""
    status: int = 200
    body: bytes = b""
    delay_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    answer: Callable[[], bytes] | None = None
    """Makes the body when the answer depends on what was asked."""
    status_of: Callable[[], int] | None = None
    """Likewise the status."""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def answering(status: int = 200, body: bytes = b"", delay_s: float = 0.0, **headers: str) -> Iterator[Odd]:
    """A server that gives every request the same answer."""
    odd = Odd(status=status, body=body, delay_s=delay_s, headers=headers)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            odd.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            time.sleep(odd.delay_s)
            body = odd.answer() if odd.answer else odd.body
            try:
                self.send_response(odd.status_of() if odd.status_of else odd.status)
                for name, value in odd.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass

        do_GET = do_POST = _answer

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    odd.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield odd
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


NOWHERE = "http://127.0.0.1:9"
"""Nobody listens on the discard port."""
