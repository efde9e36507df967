"""Headers that all responses have in common."""

from flask import Flask, Response, request


def finish(app: Flask) -> None:
    """Makes browsers revalidate pages, and turns redirects to the application into paths.

    The Host header comes from the client, and the published port may differ from the proxy's own. A
    path is correct in all cases.
    """

    @app.after_request
    def adjust(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-cache")
        root = request.host_url
        if response.location and response.location.startswith(root):
            # Exactly one slash: a URL that begins with two has a host name after them.
            response.location = "/" + response.location.removeprefix(root).lstrip("/")
        return response
