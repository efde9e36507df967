"""Orders: the items that were bought, their prices, and the state of each order."""
