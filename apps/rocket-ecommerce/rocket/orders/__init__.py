"""Orders: what was bought, at which price, and the state of each order."""
