"""Stripe: leading buyers there, and a ledger of what it says was paid."""
