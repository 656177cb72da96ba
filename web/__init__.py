"""Process 2: verifies, stores, delivers and shows; nothing is decided here."""
