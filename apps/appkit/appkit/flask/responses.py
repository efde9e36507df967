"""Headers that all responses have in common."""

from flask import Flask, Response, request


def set_headers(app: Flask) -> None:
    """Makes browsers revalidate each page, and makes our own redirects relative to the host.

    The Host header comes from the client, and the public port may differ from the port on which
    the proxy listens. A redirect to a path is correct in both cases.
    """

    @app.after_request
    def set_defaults(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-cache")
        # The host is parsed only for a redirect.
        if response.location and response.location.startswith(root := request.host_url):
            # Exactly one slash: two would begin the address of another host.
            response.location = "/" + response.location.removeprefix(root).lstrip("/")
        return response
