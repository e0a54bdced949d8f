"""Refusals that are no errors of the page: a text with a slip, a name that is not there.

A browser writes each answer of 4xx into its console as an error, also where the page has asked in
order to be told. So a page asks with the header ``x-quiet``: then such an answer comes with 200 and
with its own status in ``x-status``. Whoever asks without it gets HTTP as it is.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED, _STATUS = b"x-quiet", b"x-status"
_REFUSALS = (*range(400, 500), 501, 503)


class Quiet:
    """The ASGI application ``app`` for pages that ask quietly."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        quiet = scope["type"] == "http" and any(name == _ASKED for name, _ in scope["headers"])

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSALS:
                status = (_STATUS, str(message["status"]).encode())
                message = {**message, "status": 200, "headers": [*message["headers"], status]}
            await send(message)

        await self.app(scope, receive, told if quiet else send)
