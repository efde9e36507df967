"""The views of the shop.

A successful POST redirects with 303. An invalid POST shows the page again, with 422.
"""
