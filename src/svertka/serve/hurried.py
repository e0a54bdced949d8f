"""Connections that do not wait for those who are slow on purpose, or gone without a word.

What uvicorn leaves open: how long the head of a request may take, and how long an answer may lie
unread.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class _Timer:
    """One call that is due in a while, unless it is called off."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop, seconds: float, call: Any) -> None:
        """Call in so many seconds; one that runs already runs on."""
        if self._handle is None:
            self._handle = loop.call_later(seconds, call)

    def cancel(self) -> None:
        """Call it off."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class _Unread(asyncio.Protocol):
    """A connection that is cut off where what is sent lies unread."""

    UNREAD_SECONDS: ClassVar[float]
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._unread = _Timer()

    def pause_writing(self) -> None:
        """The client does not read: it has a while to begin."""
        super().pause_writing()
        self.wait_until_read()

    def resume_writing(self) -> None:
        """The client reads."""
        self._unread.cancel()
        super().resume_writing()

    def wait_until_read(self) -> None:
        """What was sent has so many seconds to be read."""
        self._unread.start(self.loop, self.UNREAD_SECONDS, self.transport.abort)


class HurriedHttp(_Unread, H11Protocol):
    """HTTP/1.1 whose clients send a head and take an answer in time, and are not too many."""

    HEAD_SECONDS: ClassVar[float] = 10.0
    UNREAD_SECONDS: ClassVar[float] = 30.0
    MOST: ClassVar[int] = 256

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = _Timer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the head, unless there are too many."""
        made = cast(asyncio.Transport, transport)
        super().connection_made(made)
        if len(self.connections) > self.MOST:
            made.write(_FULL)
            made.close()
        self._head.start(self.loop, self.HEAD_SECONDS, made.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._head.cancel()
        self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes; a head that has begun has to end in time."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._head.start(self.loop, self.HEAD_SECONDS, self.transport.abort)
        else:
            self._head.cancel()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over."""
        self._head.cancel()
        self._unread.cancel()
        super().handle_websocket_upgrade(event)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, and drop it where what was sent is not read."""
        super().timeout_keep_alive_handler()
        self.wait_until_read()


class HurriedSocket(_Unread, WebSocketsSansIOProtocol):
    """A WebSocket that is cut off where what is sent lies unread."""

    UNREAD_SECONDS: ClassVar[float] = 15.0

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._unread.cancel()
        super().connection_lost(exc)
