"""Payments through Stripe Checkout, and the ledger that Stripe's webhook events write."""
