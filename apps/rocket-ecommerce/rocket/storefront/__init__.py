"""The pages of the shop: they join catalogue and cart, and hold no rules of their own."""
