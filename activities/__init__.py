"""Effects a workflow may cause, spoken to ports only: no vendor, database or setting is known here."""
