"""E-mail through SendGrid, out and in; its words end in this folder."""
