"""Who may ask, how much and how slowly: everything that a request passes before any route.

A page from elsewhere in the same browser is the danger for a server on one's own machine: it may
send requests here (so its Origin is looked at), and by letting its own name point to 127.0.0.1 read
the answers (DNS rebinding; so the Host is looked at). For others on the network there is a token.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import secrets
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from svertka.serve.faults import fault

LOCAL = frozenset(("127.0.0.1", "localhost", "[::1]"))
EVERYWHERE = ("0.0.0.0", "::", "")  # what binds to every address
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-][a-z0-9._-]{0,252})(:[0-9]{1,5})?")
_CLOSE, _SOON = {"connection": "close"}, {"retry-after": "1"}
_DRAIN = 3.0  # seconds
_BUSY = "Too many ask at once. Try again in a moment."
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_NO_TOKEN = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>svertka</title>
<link rel="icon" href="data:,"><p>Откройте адрес целиком, как его напечатала команда: в нём ключ.
<p lang="en">Open the whole address that the command printed: it carries the key."""


@dataclass(frozen=True)
class Rules:
    """``hosts`` are the names by which the server may be called; with ``addresses`` any numeric
    address, too. With a ``token`` nobody is answered who does not know it.

    At most ``requests`` and ``sockets`` are open at once. A request's body has at most ``body``
    bytes, those of all together ``bodies``, and comes within ``seconds``, with no pause longer than
    ``pause`` seconds.
    """

    hosts: frozenset[str] = LOCAL
    addresses: bool = False
    token: str | None = None
    requests: int = 64
    sockets: int = 64
    body: int = 64 << 20
    bodies: int = 512 << 20
    seconds: float = 120.0
    pause: float = 15.0

    @classmethod
    def at(cls, host: str, token: str | None = None) -> Rules:
        """The rules of a server that listens at ``host``."""
        if host in EVERYWHERE:
            name = socket.gethostname().lower()
            return cls(LOCAL | {name, f"{name}.local"}, addresses=True, token=token)
        called = f"[{host}]" if ":" in host else host.lower()
        return cls(LOCAL | {called}, token=token)

    def knows(self, host: str) -> bool:
        """Whether the server may be called so; ``host`` is a Host header in small letters."""
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        return match[1] in self.hosts or (self.addresses and _is_address(match[1].strip("[]")))


class Guard:
    """The ASGI application ``app`` behind the ``rules``."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app, self.rules = app, rules
        self._open = {"http": 0, "websocket": 0}
        self.bytes = 0  # of the bodies that are held at this moment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        kind = scope["type"]
        if kind not in self._open:
            await self.app(scope, receive, send)
            return
        send = _with_headers(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            if refusal.status_code == 413:
                await _drain(receive, 2 * self.rules.body)
            await _refuse(refusal, scope, receive, send)
            return
        self._open[kind] += 1
        body = _Body(receive, self)
        try:
            await self.app(scope, body.receive if kind == "http" else receive, send)
        finally:
            self._open[kind] -= 1
            self.bytes -= body.bytes

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not answered; None where it is."""
        given = _Headers(scope)
        host = given.one("host")
        if host is None or not self.rules.knows(host):
            return fault(421, "host", "This server is not called so. Open it by its own address.")
        own = (f"http://{host}", f"https://{host}")
        if given.count("origin") and given.one("origin") not in own:
            return fault(403, "origin", "Pages from elsewhere are not answered.")
        if scope["path"] != "/" and given.one("sec-fetch-site") in ("cross-site", "same-site"):
            return fault(403, "origin", "Pages from elsewhere are not answered.")
        if self.rules.token is not None and (answer := self._without_token(scope, given)):
            return answer
        size = given.one("content-length")
        if size is not None and (not size.isdecimal() or int(size[:18]) > self.rules.body):
            return _too_large(self.rules.body)
        limit = self.rules.requests if scope["type"] == "http" else self.rules.sockets
        if self._open[scope["type"]] >= limit:
            return fault(503, "busy", _BUSY, _SOON)
        return None

    def _without_token(self, scope: Scope, given: _Headers) -> Response | None:
        """What is answered to a request that lacks the token, or brings it in the address."""
        name = f"svertka-{(scope.get('server') or ('', 0))[1]}"
        bearer = (given.one("authorization", small=False) or "").removeprefix("Bearer ")
        if self._is_token(bearer) or self._is_token(_cookie(given, name)):
            return None
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])
        if scope["path"] == "/" and scope["type"] == "http" and self._is_token(asked[0]):
            # The address without the token: it is not to be seen on a projector.
            answer = RedirectResponse("/", 303)
            answer.set_cookie(name, self.rules.token or "", httponly=True, samesite="lax")
            return answer
        if scope["path"] == "/" and scope["type"] == "http":
            return HTMLResponse(_NO_TOKEN, 401)
        return fault(401, "token", "The token is missing or wrong. It is in the address printed.")

    def _is_token(self, given: str) -> bool:
        mine = self.rules.token or ""
        return bool(mine) and secrets.compare_digest(given.encode(), mine.encode())


class _Headers:
    """The headers of a request, as they came."""

    def __init__(self, scope: Scope) -> None:
        self._all: list[tuple[bytes, bytes]] = [(n.lower(), v) for n, v in scope["headers"]]

    def count(self, name: str) -> int:
        return sum(given == name.encode() for given, _ in self._all)

    def one(self, name: str, *, small: bool = True) -> str | None:
        """The value of a header that stands there once; in small letters, if ``small``."""
        found = [value.decode("latin-1") for given, value in self._all if given == name.encode()]
        if len(found) != 1:
            return None
        return found[0].strip().lower() if small else found[0].strip()


class _Body:
    """The body of a request as it comes: not too large, not too slow."""

    def __init__(self, receive: Receive, guard: Guard) -> None:
        self._receive, self._guard, self._rules = receive, guard, guard.rules
        self.bytes, self._start, self._whole = 0, time.monotonic(), False

    async def receive(self) -> Message:
        """The next piece; raises 408, 413 or 503."""
        if self._whole:  # what comes now is that the client has gone, and that may take long
            return await self._receive()
        left = self._rules.seconds - (time.monotonic() - self._start)
        try:
            async with asyncio.timeout(max(0.0, min(left, self._rules.pause))):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The request came too slowly.", _CLOSE) from None
        count = len(message.get("body", b""))
        self.bytes += count
        self._guard.bytes += count
        if self.bytes > self._rules.body:
            await _drain(self._receive, self._rules.body)
            raise HTTPException(413, _too_much(self._rules.body), _CLOSE)
        if self._guard.bytes > self._rules.bodies:
            raise HTTPException(503, _BUSY, _CLOSE | _SOON)
        self._whole = not message.get("more_body", False)
        return message


async def _drain(receive: Receive, most: int) -> None:
    """Let up to ``most`` bytes that are still to come run into nothing, and not for long: a client
    that is cut off while it sends would see a broken connection, not the answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _too_large(most: int) -> Response:
    return fault(413, "too-large", _too_much(most), _CLOSE)


def _too_much(most: int) -> str:
    return f"More than {most >> 20} MB came at once. Send smaller pictures, or fewer."


def _cookie(given: _Headers, name: str) -> str:
    try:
        cookies = SimpleCookie(given.one("cookie", small=False) or "")
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    """``send`` that adds what keeps browsers from doing foolish things with an answer."""

    async def wrapped(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            present = {name.lower() for name, _ in message.get("headers", ())}
            more = [pair for pair in _HEADERS if pair[0] not in present]
            if b"cache-control" not in present:
                more.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return wrapped


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        await WebSocket(scope, receive, send).send_denial_response(answer)
    else:
        await send({"type": "websocket.close", "code": 1008})
