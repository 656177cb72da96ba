"""The client side: the one door for facts, the relays that deliver them, schedules, and the command line."""
