"""`collect demo`: a practice lives 90 virtual days on the real engine, is judged, and is set beside the manual ladder."""
