"""Understands patients' replies: phrases and a trained classifier behind the port of receivables/reply_ports.py."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""One reply is a few small products: on a busy machine threads waiting for each other take longer than the work."""
