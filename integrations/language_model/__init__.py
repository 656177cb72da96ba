"""An optional language model as a second reader of replies, off unless it is set up; it decides nothing."""
