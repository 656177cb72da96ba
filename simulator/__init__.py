"""The outside world as one program over HTTP: vendors, a practice system, patients and the clock; no product code."""
