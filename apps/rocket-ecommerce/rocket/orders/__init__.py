"""Orders: what was bought, for how much, and how far it has come."""
