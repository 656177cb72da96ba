"""Deterministic orchestration: a workflow interprets recorded decisions and takes none itself."""
