"""Checks that each locked requirement has a loadable wheel for each platform."""
