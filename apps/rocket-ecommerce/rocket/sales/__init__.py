"""The sales page for staff."""
