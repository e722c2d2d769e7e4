"""An agency's system as a process of its own: its address is known, and for now nobody answers there."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


@dataclass(frozen=True)
class System:
    """Where it will answer."""

    address: socket.socket

    @property
    def url(self) -> str:
        """Whoever calls before `back` is refused."""
        return f"http://127.0.0.1:{self.address.getsockname()[1]}"

    @contextmanager
    def back(self) -> Iterator[Iterator[str]]:
        """It answers inside; gives the references that are filed there, one by one."""
        command = (sys.executable, "-m", __name__, str(self.address.fileno()))
        process = subprocess.Popen(
            command, pass_fds=[self.address.fileno()], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            yield (line.strip() for line in process.stdout)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@contextmanager
def away() -> Iterator[System]:
    """A system that is down."""
    # What is bound and does not listen refuses, and nobody else gets the port.
    with socket.socket() as address:
        address.bind(("127.0.0.1", 0))
        yield System(address)


def serve(descriptor: int) -> None:
    """Take filings at the socket of this number, and print their references."""
    taken: list[str] = []

    async def file(request: Request) -> JSONResponse:
        taken.append((await request.json())["reference"])
        print(taken[-1], flush=True)  # noqa: T201 - whoever began this reads it
        return JSONResponse({"id": str(len(taken))}, 201)

    app = Starlette(routes=[Route("/cases", file, methods=["POST"])])
    uvicorn.run(app, fd=descriptor, log_level="error")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
