"""Errors over HTTP: always ``{"error": message, "code": word}``, whatever went wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from svertka.errors import (
    DataError,
    MissingExtra,
    NetTextError,
    StoreError,
    SvertkaError,
    UnknownName,
    UsageError,
)
from svertka.serve.places import NotHere


class Busy(SvertkaError):
    """Too much is asked at once; ``after`` so many seconds it may be asked again."""

    def __init__(self, what: str, after: int = 1) -> None:
        self.after = after
        super().__init__(f"{what} Try again in a moment.")


class Conflict(SvertkaError):
    """What is asked does not fit the state in which it is, such as pausing a finished run."""


# The first kind that fits counts.
_STATUS: tuple[tuple[type[SvertkaError], int, str], ...] = (
    (NotHere, 404, "not-here"),
    (UnknownName, 404, "unknown-name"),
    (NetTextError, 422, "net-text"),
    (UsageError, 422, "usage"),
    (DataError, 422, "data"),
    (Busy, 503, "busy"),
    (Conflict, 409, "conflict"),
    (MissingExtra, 501, "missing-extra"),
    (StoreError, 409, "store"),
    (SvertkaError, 500, "failed"),
)
_CODES = {503: "busy", 404: "not-here", 405: "method", 408: "too-slow", 413: "too-large"}


def bare(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None) -> FastAPI:
    """An application without routes that tells every error in one form, and shows no icon."""
    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/favicon.ico", lambda: Response(status_code=204), methods=["GET"])
    _tell_faults(app)
    return app


def _tell_faults(app: FastAPI) -> None:

    def ours(_: Request, error: Exception) -> JSONResponse:
        return told(error)

    def wrong(_: Request, error: Exception) -> JSONResponse:
        return fault(422, "usage", _first(error))

    def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "http")
        return fault(error.status_code, code, str(error.detail), dict(error.headers or {}))

    def ours_alone(_: Request, error: Exception) -> JSONResponse:
        name = type(error).__name__
        return fault(500, "fault", f"{name}. This is a fault of svertka: please report it.")

    app.add_exception_handler(SvertkaError, ours)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, ours_alone)


def told(error: Exception) -> JSONResponse:
    """The answer to an error of ours."""
    status, code = next((s, c) for kind, s, c in _STATUS if isinstance(error, kind))
    headers = {"retry-after": str(error.after)} if isinstance(error, Busy) else {}
    return fault(status, code, str(error), headers)


def fault(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """An answer in the form that all errors have."""
    text = message or HTTPStatus(status).phrase
    return JSONResponse({"error": text, "code": code}, status, headers)


def _first(error: Any) -> str:
    """The first thing that is wrong with a request, in words."""
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"] if part not in ("body", "query", "path"))
    return f"{where}: {found['msg']}" if where else str(found["msg"])
