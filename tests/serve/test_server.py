"""Clients that are slow, silent or many, against a server that listens on a real port."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from fastapi import Request, Response, WebSocket
from starlette.concurrency import run_in_threadpool

import served
from svertka.errors import UsageError
from svertka.serve.app import create_app
from svertka.serve.faults import bare
from svertka.serve.guard import Rules
from svertka.serve.hurried import HurriedHttp, HurriedSocket
from svertka.serve.server import address, listen
from svertka.serve.studio import Turns

LARGE = 64 << 20  # bytes: more than any buffer on the way


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """What takes half a minute for users takes half a second here."""
    monkeypatch.setattr(HurriedHttp, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(HurriedHttp, "UNREAD_SECONDS", 0.5)
    monkeypatch.setattr(HurriedSocket, "UNREAD_SECONDS", 0.5)


@pytest.fixture
def app():
    made = bare(None)
    turns = Turns(at_once=2, waiting=10, seconds=5)
    made.state.ended = threading.Event()

    @made.get("/quick")
    def quick() -> dict[str, bool]:
        return {"ok": True}

    @made.get("/slow")
    async def slow() -> dict[str, bool]:
        async with turns.taken():
            await run_in_threadpool(time.sleep, 0.05)
        return {"ok": True}

    @made.get("/large")
    def large() -> Response:
        return Response(b"x" * LARGE)

    @made.post("/take")
    async def take(request: Request) -> int:
        return len(await request.body())

    @made.websocket("/talk")
    async def talk(there: WebSocket) -> None:
        await there.accept()
        try:
            while True:
                await there.send_bytes(b"x" * (1 << 20))
        finally:
            made.state.ended.set()

    return made


def reach(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def answer_of(there: socket.socket) -> bytes:
    """A short answer, which may come in several pieces."""
    told = b""
    while not told.endswith(b"}"):
        told += there.recv(4096)
    return told


def is_cut(there: socket.socket, seconds: float = 10.0) -> bool:
    """Whether the server ends the connection, read to its end or not."""
    there.settimeout(seconds)
    try:
        while there.recv(1 << 20):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def test_a_head_that_never_ends_is_cut_off(app):
    with served.in_thread(app) as (port, _), reach(port) as silent, reach(port) as dripping:
        start = time.monotonic()
        dripping.sendall(b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        while time.monotonic() - start < 3:
            try:
                dripping.sendall(b"x")
            except ConnectionError:
                break
            time.sleep(0.05)
        assert is_cut(dripping)
        assert is_cut(silent)
        assert time.monotonic() - start < 8
        assert httpx2.get(f"http://127.0.0.1:{port}/quick").json() == {"ok": True}


def test_a_second_head_on_a_connection_has_to_end_as_well(app):
    with served.in_thread(app) as (port, _), reach(port) as there:
        there.sendall(b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in answer_of(there)
        there.sendall(b"GET /quick")
        assert is_cut(there)


def test_a_connection_that_asks_again_in_time_is_kept(app):
    with served.in_thread(app) as (port, _), reach(port) as there:
        for _ in range(4):
            there.sendall(b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in answer_of(there)
            time.sleep(0.4)


def test_a_body_that_comes_too_slowly_is_cut_off(app):
    rules = Rules(pause=0.3)
    with served.in_thread(app, rules) as (port, _), reach(port) as there:
        head = "POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
        there.sendall(head.encode() + b"abc")
        assert b" 408 " in there.recv(4096)
        assert is_cut(there)


def test_an_answer_that_nobody_reads_is_dropped(app):
    with served.in_thread(app) as (port, server), reach(port) as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        served.until(lambda: server.server_state.connections, 5)
        served.until(lambda: not server.server_state.connections, 10)


def test_a_large_answer_that_is_read_comes_whole(app):
    with served.in_thread(app) as (port, _):
        assert len(httpx2.get(f"http://127.0.0.1:{port}/large", timeout=30).content) == LARGE


def test_a_socket_that_nobody_reads_is_cut_off(app):
    with served.in_thread(app) as (port, _), reach(port) as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.sendall(
            b"GET /talk HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert b" 101 " in there.recv(256)
        assert app.state.ended.wait(10), "the route was let go of, too"


def test_fifty_at_once_are_answered_or_told_to_come_back(app):
    """Two compute, ten wait, the others are told when to ask again; then all are answered."""
    with served.in_thread(app) as (port, _), httpx2.Client(timeout=30) as client:
        url = f"http://127.0.0.1:{port}/slow"
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: client.get(url), range(50)))
        codes = [answer.status_code for answer in answers]
        assert set(codes) <= {200, 429, 503}
        assert codes.count(200) >= 12
        for answer in answers:
            if answer.status_code != 200:
                assert int(answer.headers["retry-after"]) >= 1
                assert answer.json()["code"] == "busy"
        assert client.get(url).status_code == 200


def test_fifty_clients_of_the_studio_itself(tmp_path):
    """Each asks for several things at once; all are answered, or told when to ask again."""
    studio = create_app(tmp_path / "runs")
    ways = ("/", "/api/state", "/api/runs", "/api/data", "/api/data/digits", "/api/nets")
    with served.in_thread(studio) as (port, _), httpx2.Client(timeout=60) as client:
        url = f"http://127.0.0.1:{port}"
        assert client.get(url + "/api/data/digits").status_code == 200
        with ThreadPoolExecutor(50) as pool:
            asked = pool.map(lambda n: client.get(url + ways[n % len(ways)]), range(150))
            answers = list(asked)
    assert {answer.status_code for answer in answers} <= {200, 429, 503}
    for answer in answers:
        assert answer.status_code == 200 or int(answer.headers["retry-after"]) >= 1
    assert sum(answer.status_code == 200 for answer in answers) > 100


def test_more_connections_than_are_held_are_told_to_come_back(app, monkeypatch):
    monkeypatch.setattr(HurriedHttp, "MOST", 3)
    with served.in_thread(app) as (port, server):
        held = [reach(port) for _ in range(3)]
        served.until(lambda: len(server.server_state.connections) == 3, 5)
        with reach(port) as more:
            told = more.recv(4096)
        for there in held:
            there.close()
    assert b" 503 " in told
    assert b"retry-after" in told


def test_rubbish_ends_the_connection_alone(app):
    with served.in_thread(app) as (port, _):
        for rubbish in (
            b"\x16\x03\x01\x02\x00\x01",
            b"GET\r\n\r\n",
            b"\0" * 5000,
            b"PRI * HTTP/2\r\n",
        ):
            with reach(port) as there:
                there.sendall(rubbish)
                assert is_cut(there)
        assert httpx2.get(f"http://127.0.0.1:{port}/quick").status_code == 200


def test_a_port_that_is_taken_is_told_or_passed_over():
    with listen("127.0.0.1", 0, 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            listen("127.0.0.1", port, 0)
        with listen("127.0.0.1", None, port) as next_free:
            assert port < next_free.getsockname()[1] <= port + 20
    with pytest.raises(UsageError, match="nowhere"):
        listen("nowhere.invalid", None, 8600)


def test_the_address_carries_the_key():
    with listen("127.0.0.1", 0, 0) as sock:
        port = sock.getsockname()[1]
        assert address("127.0.0.1", sock, None) == f"http://127.0.0.1:{port}/"
        assert address("192.168.1.5", sock, "key") == f"http://192.168.1.5:{port}/?token=key"
        assert address("0.0.0.0", sock, None) == f"http://{socket.gethostname()}:{port}/"
        assert address("::1", sock, None) == f"http://[::1]:{port}/"


@pytest.mark.parametrize("sized", [True, False])
def test_who_sends_too_much_reads_why(app, sized):
    """Who sends everything before reading, as browsers do, with a length told or without."""
    piece, count = b"x" * (1 << 20), LARGE >> 20
    how = f"Content-Length: {LARGE}" if sized else "Transfer-Encoding: chunked"
    head = f"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\n{how}\r\n\r\n".encode()
    with served.in_thread(app, Rules(body=LARGE // 2)) as (port, _), reach(port) as there:
        there.sendall(head)
        for _ in range(count):
            there.sendall(piece if sized else b"%x\r\n%b\r\n" % (len(piece), piece))
        if not sized:
            there.sendall(b"0\r\n\r\n")
        assert b" 413 " in there.recv(4096)
