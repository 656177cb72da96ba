"""SendGrid's mail interface and its event posts as the product sees them; nothing about what patients do."""
