"""Spreadsheet files from a practice (aged receivables, patient lists), read whole or refused; it decides nothing."""
