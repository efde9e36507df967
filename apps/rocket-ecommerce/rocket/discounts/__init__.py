"""Discount codes that reduce the total of an order."""
