"""A line between a browser and the portal that can be cut while something is sent over it."""

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Self
from urllib.parse import urlsplit


class Line:
    """Carries bytes both ways, each connection in threads of its own."""

    def __init__(self, url: str) -> None:
        """Lead to `url`."""
        told = urlsplit(url)
        self._far = (told.hostname or "", told.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cut_after: int | None = None
        """How many bytes of a connection still reach the portal; None: all."""
        self.answers_lost = False
        """Whether what the portal answers goes lost, and the connection with it."""
        self.answering = Event()
        """While it is not set, answers wait on their way."""
        self.answering.set()
        self.cuts = 0

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answering.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._far)
                for carry in (self._there, self._back):
                    Thread(target=carry, args=(near, far), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        carried = 0
        with suppress(OSError):
            while data := near.recv(4096):
                carried += len(data)
                if self.cut_after is not None and carried > self.cut_after:
                    self._cut(near, far)
                    return
                far.sendall(data)
        self._end(near, far)

    def _back(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(4096):
                if self.answers_lost:
                    self._cut(near, far)
                    return
                self.answering.wait()
                near.sendall(data)
        self._end(near, far)

    def _cut(self, *ends: socket.socket) -> None:
        self.cuts += 1
        self._end(*ends)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
