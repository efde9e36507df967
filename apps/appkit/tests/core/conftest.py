from collections.abc import Callable, Iterator

import pytest

from devkit.testing.server import Client, Site

type Serve = Callable[..., tuple[Site, Client]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[tuple[Site, Client]] = []

    def start(threads: int = 2) -> tuple[Site, Client]:
        site = Site(threads)
        client = Client(site.start())
        running.append((site, client))
        return site, client

    yield start
    for site, client in running:
        for connection in client.open:
            connection.close()
        site.stop()
