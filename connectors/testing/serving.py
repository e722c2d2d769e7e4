"""Serve an application on a free port of loopback, in the running loop, until it is left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from uvicorn.server import ServerState


@asynccontextmanager
async def serve(app: Any) -> AsyncIterator[str]:
    """The base URL of the ASGI `app`, which is served inside; its lifespan is not run.

    On leaving, requests that are still being answered are cut off.
    """
    # `uvicorn.Server` would take over the process's signals, and look only now and then whether
    # it is to stop: a guest in somebody's loop starts and ends at once.
    config = uvicorn.Config(
        _without_last_words(app), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    config.load()
    state = ServerState()
    ended = asyncio.Event()

    class Guest(config.http_protocol_class):  # type: ignore[name-defined,misc]
        """A connection, which ends at once where it was accepted and not yet made at the end."""

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            if ended.is_set():
                transport.abort()

    def protocol() -> asyncio.Protocol:
        return Guest(config=config, server_state=state, app_state={})

    # Not over a socket of our own: asyncio would not know it for TCP, and leave its small writes
    # waiting for each other, 40 ms a request.
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, host="127.0.0.1", port=0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        ended.set()
        loop.remove_reader(server.sockets[0])
        # A closed server forgets what it has accepted and not begun, without closing it.
        await asyncio.sleep(0)
        server.close()
        await _end(state)
        await server.wait_closed()


def _without_last_words(app: Any) -> Any:
    """`app`, which goes without a word when it is cut off."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        # Nobody is left who could be told, and the server would log it as a failure of `app`.
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return answer


async def _end(state: ServerState) -> None:
    for connection in list(state.connections):
        connection.transport.abort()
    while state.connections:  # noqa: ASYNC110 - each is told of its end at the loop's next turn
        await asyncio.sleep(0)
    tasks = list(state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
