"""The HTTP server of every application: `python -m appkit.server MODULE:NAME`.

uvicorn reads requests on an event loop, so a slow or silent client holds memory but no thread. Only
a complete request gets one of the few threads that run the WSGI application. `protocol` bounds what
a connection may hold, `bodies` what a request may send, and `workers` refuses what is beyond the
capacity. `gateway` passes requests to the application.
"""
