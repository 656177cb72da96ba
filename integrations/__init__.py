"""One folder for each outside system, with its words translated both ways; nothing is decided here."""
