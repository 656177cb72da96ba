"""Postgres: the schema, its migrations, named queries, and one class per port; no rule about patients lives here."""
