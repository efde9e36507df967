"""A stand-in for Stripe over HTTP: the API as far as shops here call it, its page, its webhooks.

Standard library only, so that any Python runs it: `python -m stripe_double` (see `__main__`).
What it does not know it refuses; with `STRIPE_MOCK` it asks Stripe's own stripe-mock as well.
"""
