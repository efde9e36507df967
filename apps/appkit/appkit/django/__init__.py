"""The part of the runtime that all Django applications share."""
