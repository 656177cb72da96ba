"""The posting file: for practices whose system has no interface to write to."""
