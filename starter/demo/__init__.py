"""`collect demo`: a practice lives 90 virtual days on the real engine and is judged; nothing here is used elsewhere."""
