"""A fake of Stripe over HTTP: the part of the API that the shops use, the payment page, webhooks.

It needs only the standard library: `python -m stripe_fake` starts it (see `__main__`). It refuses
requests and parameters that it does not implement. With `STRIPE_MOCK` set, it also sends each
accepted request to Stripe's own stripe-mock, and fails if that one refuses the request.
"""
