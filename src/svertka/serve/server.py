"""From an application to a server that listens, and to its orderly end."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from svertka.errors import UsageError
from svertka.serve.guard import EVERYWHERE, Guard, Rules
from svertka.serve.hurried import HurriedHttp, HurriedSocket

TRIED = 20  # ports, where none was asked for
_GRACE = 1  # seconds for answers that are on their way when the server is told to end
_MESSAGE = 4 << 20  # bytes of one message of a WebSocket


class _Expected(logging.Filter):
    """Keeps back what is no fault: answers cut off by the end, sockets that were refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be told."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        refused = "without completing handshake" in record.getMessage()
        return not refused and not isinstance(error, asyncio.CancelledError)


_EXPECTED = _Expected()


class _Server(uvicorn.Server):
    """A server that says when it listens, and when its end begins."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], closing: Callable[[], object]
    ) -> None:
        super().__init__(config)
        self._ready, self._closing = ready, closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer those who wait, and end."""
        self._closing()
        await super().shutdown(sockets)


def listen(host: str, port: int | None, usual: int) -> socket.socket:
    """A socket at ``port``, or at the first free one from ``usual`` on; raises ``UsageError``."""
    tried = [port] if port is not None else range(usual, usual + TRIED)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason: OSError | None = None
    for number in tried:
        try:
            return socket.create_server((host, number), family=family, backlog=128)
        except (OSError, UnicodeError) as error:
            reason = error if isinstance(error, OSError) else OSError(str(error))
    where = f"{host}, port {port}" if port is not None else f"{host}, ports from {usual} on"
    why = (reason.strerror if reason else None) or reason
    raise UsageError(f"Nobody can listen at {where}: {why}. Name another --port or --host.")


def address(host: str, sock: socket.socket, token: str | None) -> str:
    """What to open in a browser; with the token in it, if there is one."""
    port = sock.getsockname()[1]
    name = socket.gethostname() if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")


def serve(app: Starlette, sock: socket.socket, rules: Rules, ready: Callable[[], None]) -> None:
    """Answer until Ctrl-C or SIGTERM, which is raised again at the end; ``ready`` is called once
    somebody listens."""
    server(app, rules, ready).run(sockets=[sock])


def server(app: Starlette, rules: Rules, ready: Callable[[], None]) -> uvicorn.Server:
    """What answers for ``app`` behind its guard; ``app.state.closing``, if there is one, is called
    when the end begins."""
    config = uvicorn.Config(
        Guard(app, rules),
        http=HurriedHttp,
        ws=HurriedSocket,
        ws_max_size=_MESSAGE,
        ws_per_message_deflate=False,  # a bomb in little; and near, where the network is quick
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        lifespan="on",
    )
    logging.getLogger("uvicorn.error").addFilter(_EXPECTED)
    return _Server(config, ready, getattr(app.state, "closing", lambda: None))
