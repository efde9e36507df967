"""Rocket: a shop for small launches."""
