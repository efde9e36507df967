"""The runtime that the applications share: settings, WSGI middleware, logs, metrics, gunicorn.

The modules of this folder need no framework. `django` and `flask` build on them; an image contains
only the part for its own framework.
"""
