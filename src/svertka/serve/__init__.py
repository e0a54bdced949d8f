"""The studio's server and the prediction API: HTTP and WebSocket over what the other rooms do.

Nothing is computed here that a command could not; a screen of the studio is a file of routes. Every
request passes the guard: who asks (Host, Origin, token), how much, and how slowly.
"""

from __future__ import annotations

from importlib.util import find_spec

from svertka.errors import MissingExtra


def check_installed() -> None:
    """Raise ``MissingExtra`` where FastAPI or uvicorn is not installed."""
    for module, name in (("fastapi", "FastAPI"), ("uvicorn", "uvicorn")):
        if find_spec(module) is None:
            raise MissingExtra(f"{name}, which serves pages,", "studio")
