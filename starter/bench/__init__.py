"""`collect bench`: every figure is a ratio against a stated floor, measured in alternation on this machine."""
