"""A small shop: products come from files and from admins; buyers pay by Stripe Checkout."""
