"""The shared half of every Django application."""
