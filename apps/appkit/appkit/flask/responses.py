"""What every page's response has in common."""

from flask import Flask, Response, request


def finish(app: Flask) -> None:
    """Pages are asked for again each time, and redirects to ourselves name no host.

    The host of a request is the client's word, and the proxy may listen on another port than it
    shows: a path is right whatever they say.
    """

    @app.after_request
    def settle(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-cache")
        root = request.host_url
        if response.location and response.location.startswith(root):
            # One slash: two would start the address of another host.
            response.location = "/" + response.location.removeprefix(root).lstrip("/")
        return response
