"""A server on loopback that answers what a test says, byte by byte where it must."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Answer = Callable[[str, dict[str, Any], dict[str, str], socket.socket], None]
"""Path, JSON body, headers (small letters) and the connection to answer on."""


class FakeServer:
    """Listens until it is closed; `asked` holds every request's path, body and headers."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.faults: list[Exception] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file, contextlib.suppress(OSError):
            line = file.readline().decode("latin-1").split()
            headers: dict[str, str] = {}
            while (raw := file.readline().decode("latin-1").strip()) != "":
                name, _, value = raw.partition(":")
                headers[name.lower()] = value.strip()
            data = file.read(int(headers.get("content-length", 0)))
            body = json.loads(data) if data else {}
            path = line[1]
            self.asked.append((path, body, headers))
            answer = self.answers.get(path)
            if answer is None:
                connection.sendall(plain({"error": {"message": "no such path"}}, 404))
            else:
                answer(path, body, headers, connection)


def plain(held: Any, status: int = 200, kind: str = "application/json") -> bytes:
    """A whole answer."""
    data = held if isinstance(held, bytes) else json.dumps(held).encode()
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def says(held: Any, status: int = 200) -> Answer:
    """The same answer to everything."""
    return lambda path, body, headers, connection: connection.sendall(plain(held, status))


def raw(data: bytes) -> Answer:
    """Exactly these bytes."""
    return lambda path, body, headers, connection: connection.sendall(data)


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def streams(*chunks: Any, done: bool = True) -> Answer:
    """An event stream: objects as JSON, bytes as they are."""
    lines = [each if isinstance(each, bytes) else b"data: " + json.dumps(each).encode() for each in chunks]
    return raw(STREAM + b"\n\n".join([*lines, *([b"data: [DONE]"] if done else [])]) + b"\n\n")


@contextlib.contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[FakeServer]:
    server = FakeServer(answers)
    try:
        yield server
    finally:
        server.close()
