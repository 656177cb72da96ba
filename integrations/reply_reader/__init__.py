"""A small trained classifier for what the rules cannot tell; it adds evidence and decides nothing."""
