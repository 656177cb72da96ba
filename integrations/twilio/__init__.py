"""Texts through Twilio, out and in; its words end in this folder."""
