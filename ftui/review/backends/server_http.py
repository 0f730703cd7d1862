"""One exchange with a server over HTTP, which another thread can break off. The answer is not trusted."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import BackendDiedError
from ftui.text.visible import visible

KEY_VARIABLE = "FTUI_API_KEY"
HOST_VARIABLE = "FTUI_API_HOST"
_HERE = ("localhost", "127.0.0.1", "::1")
CONNECT_S = 10.0
SILENCE_S = 600.0
"""A long prompt on a busy server: so long nothing may come."""
MOST_LINE = 4 << 20
MOST_BYTES = 64 << 20
MOST_ERROR = 64 << 10
MOST_REDIRECTS = 3
_SHOWN = 300
_HINTS: Mapping[int, str] = {
    401: f"set {KEY_VARIABLE} and {HOST_VARIABLE} in the environment: the key goes to that host only",
    403: f"set {KEY_VARIABLE} and {HOST_VARIABLE} in the environment: the key goes to that host only",
    404: "look at the address, up to /v1, and at served_as",
    429: "fewer samples at once, or wait",
    503: "the server is still loading, or busy: try again",
}


def api_key(host: str) -> str | None:
    """The key of the environment, for this machine and the hosts of `FTUI_API_HOST` (by comma) only.

    An ftui.toml may come from anybody, and name any server. Raises FtuiError, without showing it, for a key that no
    header can carry.
    """
    held = os.environ.get(KEY_VARIABLE, "").strip()
    trusted = [each.strip().lower() for each in os.environ.get(HOST_VARIABLE, "").split(",")]
    if not held or not (is_here(host) or host.lower() in trusted):
        return None
    if not held.isascii() or not held.isprintable() or " " in held:
        raise FtuiError(
            f"{KEY_VARIABLE} holds characters that no key has", "set it anew, without quotes or line ends"
        )
    return held


def is_here(host: str) -> bool:
    """Whether a host name stands for this machine."""
    return host in _HERE


class Exchange:
    """One request and its answer on a connection of its own."""

    def __init__(self, address: str, key: str | None, silence: float = SILENCE_S) -> None:
        self.address, self._key, self._silence = address, key, silence
        self._socket: socket.socket | None = None
        self._response: http.client.HTTPResponse | None = None
        self._ended = False

    def cut(self) -> None:
        """From another thread: break it off now; the thread that reads gets an end or an error."""
        self._ended = True
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON value of a short answer. Raises FtuiError."""
        with self._faults():
            response = self._send(path, body)
            return self._json(self._read(response))

    def stream(self, path: str, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The JSON objects of an event stream, or the one of a plain answer. Raises FtuiError, BackendDiedError."""
        with self._faults():
            response = self._send(path, body)
            if "event-stream" not in response.getheader("Content-Type", ""):
                yield self._object(self._json(self._read(response)))
                return
            for data in self._events(response):
                if data == "[DONE]":
                    return
                yield self._object(self._json(data.encode("utf-8", "surrogateescape")))

    # The request

    def _send(self, path: str, body: Mapping[str, Any] | None) -> http.client.HTTPResponse:
        url = self.address + path
        for _ in range(MOST_REDIRECTS + 1):
            response = self._once(url, body)
            if response.status not in (301, 302, 303, 307, 308):
                break
            to = urljoin(url, response.getheader("Location", ""))
            if _origin(to) != _origin(url) or (body is not None and response.status not in (307, 308)):
                # A key and a prompt are for the host that was named.
                raise FtuiError(
                    f"{self.address} sends on to {visible(to[:_SHOWN])}, which is not followed",
                    "name the address that answers",
                )
            url = to
            self._close()
        else:
            raise FtuiError(f"{self.address} sends round in a circle", "look at the address")
        if response.status != 200:
            raise self._refused(response)
        return response

    def _once(self, url: str, body: Mapping[str, Any] | None) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, parts.port, timeout=CONNECT_S, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=CONNECT_S)
        connection.connect()
        # The response lets go of the connection's own reference before it is read.
        self._socket = connection.sock
        if self._ended:
            connection.sock.close()
            raise ConnectionAbortedError
        connection.sock.settimeout(self._silence)
        headers = {"Accept": "text/event-stream, application/json", "Connection": "close"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if body is None:
            connection.request("GET", target, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            # Bytes that are no UTF-8 stand as lone surrogates, which JSON escapes and servers then refuse or replace.
            connection.request("POST", target, json.dumps(body).encode("ascii"), headers)
        self._response = connection.getresponse()
        return self._response

    # The answer

    def _events(self, response: http.client.HTTPResponse) -> Iterator[str]:
        """The data of each server-sent event (HTML standard, section 9.2)."""
        held: list[str] = []
        total = 0
        while True:
            raw = response.readline(MOST_LINE + 1)
            total += len(raw)
            if len(raw) > MOST_LINE or total > MOST_BYTES:
                raise FtuiError(
                    f"{self.address}: an answer without end: broken off", "look at what serves there"
                )
            line = self._redacted(raw.decode("utf-8", "replace")).rstrip("\r\n")
            if line.startswith("data:"):
                held.append(line[5:].removeprefix(" "))
            elif line.startswith("error:"):  # older llama-server
                held.append(json.dumps({"error": line[6:].strip()}))
            if (not line or not raw) and held:
                yield "\n".join(held)
                held = []
            if not raw:
                return

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        held = response.read(MOST_BYTES + 1)
        if len(held) <= MOST_BYTES and response.length:
            raise ConnectionAbortedError(f"{response.length:,} bytes are missing")
        if len(held) > MOST_BYTES:
            raise FtuiError(
                f"{self.address}: an answer of more than {MOST_BYTES >> 20} MB", "look at what serves there"
            )
        return held

    def _json(self, data: bytes) -> Any:
        try:
            return json.loads(self._redacted(data.decode("utf-8", "replace")))
        except (ValueError, RecursionError):
            shown = _line(self._redacted(data[:_SHOWN].decode("utf-8", "replace")))
            raise FtuiError(
                f"{self.address} answers something that is no JSON: {shown or 'nothing'}",
                "an OpenAI-compatible server was expected: look at the address, up to /v1",
            ) from None

    def _object(self, held: Any) -> dict[str, Any]:
        if not isinstance(held, dict):
            raise FtuiError(f"{self.address} answers a {type(held).__name__} where an object was expected")
        error = held.get("error")
        if error:
            raise FtuiError(f"{self.address}: {_line(_reason(held))}")
        return held

    def _refused(self, response: http.client.HTTPResponse) -> FtuiError:
        body = self._redacted(response.read(MOST_ERROR).decode("utf-8", "replace"))
        try:
            said = _reason(json.loads(body))
        except (ValueError, RecursionError):
            said = "" if "<html" in body.lower() else body
        words = f"{response.status} {response.reason}" + (f": {_line(said)}" if said.strip() else "")
        message = self._redacted(f"{self.address} refuses: {visible(words)}")
        kind = BackendDiedError if response.status in (429, 502, 503, 504) else FtuiError
        return kind(message, _HINTS.get(response.status, "look at the server's log"))

    def _redacted(self, text: str) -> str:
        """A server that says the key back does not get it into a record or a message."""
        return text.replace(self._key, "[key]") if self._key else text

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except FtuiError:
            raise
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # ValueError and AttributeError: a TLS connection that was cut in the middle of a read.
            if isinstance(error, AttributeError) and not self._ended:
                raise
            raise _broken(self.address, error) from None
        finally:
            self._close()

    def _close(self) -> None:
        """The socket lives as long as the response that reads from it."""
        if self._response is not None:
            self._response.close()
        if self._socket is not None:
            self._socket.close()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme)


def _broken(address: str, error: Exception) -> FtuiError:
    """What went wrong with a connection, in words."""
    hint = "is the server running, and is the address right?"
    if isinstance(error, ssl.SSLError):
        return FtuiError(
            f"{address}: {_line(error.reason or str(error))}", "http instead of https, or a certificate"
        )
    if isinstance(error, ConnectionRefusedError):
        return BackendDiedError(f"{address}: nothing answers there", hint)
    if isinstance(error, socket.gaierror):
        return FtuiError(f"{address}: no such host", hint)
    if isinstance(error, TimeoutError):
        return BackendDiedError(f"{address}: no answer in time", hint)
    if isinstance(error, http.client.HTTPException | ValueError):
        return FtuiError(f"{address}: not an answer of HTTP ({type(error).__name__})", hint)
    return BackendDiedError(
        f"{address}: the connection broke ({_line(str(error)) or type(error).__name__})", hint
    )


def _reason(held: Any) -> str:
    """The message of an error body, whatever its form: OpenAI, llama-server, vLLM, Ollama, FastAPI."""
    for key in ("error", "message", "detail", "msg"):
        if isinstance(held, dict) and held.get(key):
            inner = held[key]
            return inner if isinstance(inner, str) else _reason(inner)
    if isinstance(held, list) and held:
        return _reason(held[0])
    return held if isinstance(held, str) else json.dumps(held)[:_SHOWN]


def _line(text: str) -> str:
    """Text of a server as one short line that a terminal can show."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
