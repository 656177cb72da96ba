"""A running system: what the settings name is used, what they do not is started, and everything is stopped together."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from starter import running
from starter.processes import DidNotStart, Processes
from starter.running import Running

ROOT = Path(__file__).resolve().parent.parent
Say = Callable[[str], None]

__all__ = ["DidNotStart", "Wish", "run_until_stopped", "system"]
