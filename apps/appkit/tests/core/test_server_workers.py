"""The threads of the server, and the bound for all bodies, without a socket."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from appkit.server import bodies, workers
from appkit.server.asgi import Message
from appkit.server.bodies import Bodies
from appkit.server.workers import Overloaded, Workers


class Blocked:
    """A call that runs until it is released."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.released = threading.Event()

    def __call__(self) -> None:
        self.began.set()
        self.released.wait()


async def began(call: Blocked) -> None:
    await asyncio.to_thread(call.began.wait)


def test_a_request_is_refused_while_another_one_waits_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        pool, running, refused = Workers(1), Blocked(), Blocked()
        first = asyncio.create_task(pool.run(running))
        await began(running)
        waiting = asyncio.create_task(pool.run(lambda: "waited"))
        await asyncio.sleep(0)
        monkeypatch.setattr(workers, "MAX_WAIT", -1.0)
        refused.released.set()
        third = asyncio.create_task(pool.run(refused))
        await asyncio.sleep(0)
        assert isinstance(third.exception(), Overloaded)
        running.released.set()
        await first
        assert await waiting == "waited"
        assert not refused.began.is_set()

    asyncio.run(scenario())


def test_the_application_is_stuck_when_every_thread_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "STUCK_SECONDS", -1.0)

    async def scenario() -> None:
        pool, calls = Workers(2), [Blocked(), Blocked()]
        assert not pool.stuck()
        tasks: list[asyncio.Task[None]] = []
        seen: list[bool] = []
        for call in calls:
            tasks.append(asyncio.create_task(pool.run(call)))
            await began(call)
            seen.append(pool.stuck())
        assert seen == [False, True]
        for call in calls:
            call.released.set()
        await asyncio.gather(*tasks)
        # The result arrives before the thread has noted that it is idle.
        await until(lambda: not pool.stuck())

    asyncio.run(scenario())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_body_counts_while_it_is_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BODIES", 10)

    async def scenario() -> None:
        receiver = Bodies()
        for _ in range(3):
            parts = [b"ody", b"a b"]

            async def receive(parts: list[bytes] = parts) -> Message:
                # Leaves the event loop the time to end a body that is given up.
                await asyncio.sleep(0.01)
                return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

            assert await receiver.read({"CONTENT_LENGTH": "6"}, receive) == b"a body"

    asyncio.run(scenario())
