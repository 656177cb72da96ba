"""A practice-management system: ledger, interface and events; nothing about messages or cards."""
