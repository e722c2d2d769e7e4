"""Write results as server-sent events, as the distinct connections of graphql-sse do."""

import asyncio
from collections.abc import AsyncGenerator

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Send
from strawberry.types.execution import ExecutionResult

from gateway.execution.accept import EVENTS
from gateway.execution.answer import body_of
from gateway.execution.operations import Results

BEAT_SECONDS = 12.0
"""How long a stream may be silent before a comment shows that it lives; proxies hang up at 30."""

_CLOSING_SECONDS = 5.0


class EventStream(StreamingResponse):
    """An answer that goes on as long as there are results and somebody listens."""

    def __init__(self, results: Results, *, beat_seconds: float = BEAT_SECONDS) -> None:
        self._frames = frames(results, beat_seconds=beat_seconds)
        super().__init__(
            self._frames,
            headers={
                "Content-Type": EVENTS,
                "Cache-Control": "no-cache, no-transform",
                "Vary": "Accept",
                # nginx would otherwise hold events back until its buffer is full.
                "X-Accel-Buffering": "no",
            },
        )

    async def stream_response(self, send: Send) -> None:
        """Send the frames, and let go of the results whatever ended the sending."""
        try:
            await super().stream_response(send)
        finally:
            with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
                await self._frames.aclose()


async def frames(results: Results, *, beat_seconds: float) -> AsyncGenerator[bytes, None]:
    """The bytes of each event; closes `results`."""
    upcoming: asyncio.Task[ExecutionResult | None] | None = None
    try:
        while True:
            upcoming = asyncio.ensure_future(anext(results, None))
            while not (await asyncio.wait({upcoming}, timeout=beat_seconds))[0]:
                yield b":\n\n"
            if (result := upcoming.result()) is None:
                break
            # Frames end in a bare line feed pair: that is what clients split the stream at.
            yield b"event: next\ndata: " + body_of(result) + b"\n\n"
        yield b"event: complete\ndata: \n\n"
    finally:
        with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
            if upcoming is not None and not upcoming.done():
                upcoming.cancel()
                await asyncio.wait({upcoming})
            await results.aclose()
