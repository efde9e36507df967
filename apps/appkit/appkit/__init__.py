"""The runtime that the applications share: settings, WSGI middleware, logs, metrics, HTTP server.

The modules of this folder need no framework. `django` and `flask` build on them, and `server` runs
an application; an image contains only the part for its own framework.
"""
