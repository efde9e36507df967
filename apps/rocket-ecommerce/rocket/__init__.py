"""Rocket: a shop for model rockets and launch equipment."""
