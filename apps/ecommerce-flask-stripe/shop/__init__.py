"""A small shop: products from files and from its admin, paid by Stripe Checkout."""
