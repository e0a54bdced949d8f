"""Downloads against a server on this machine that breaks off, lies, or ignores ranges."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from svertka.errors import SvertkaError
from svertka.nets.weights import fetch as fetching
from svertka.nets.weights.fetch import TRIES, fetch

CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes
SHA256 = hashlib.sha256(CONTENT).hexdigest()[:8]


@dataclass
class Server:
    """What the server shall do, and what it saw."""

    url: str = ""
    content: bytes = CONTENT
    ranges: bool = True
    bytes_until_break: int | None = None
    status: int | None = None
    asked: list[str | None] = field(default_factory=list)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            server.asked.append(asked)
            if server.status:
                self.send_error(server.status)
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            if not server.ranges:
                start = 0
            if asked and server.ranges and start >= len(server.content):
                self.send_error(416)
                return
            rest = server.content[start:]
            self.send_response(206 if start else 200)
            if start:
                end = len(server.content) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{end + 1}")
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: server.bytes_until_break])

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(state)) as http:
        state.url = f"http://127.0.0.1:{http.server_address[1]}/net.pth"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        http.shutdown()
        thread.join()


def test_a_file_comes_whole_and_only_once(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = tmp_path / "deep" / "net.pth"
    assert fetch(server.url, path, SHA256, lambda *now: seen.append(now)) == path
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    fetch(server.url, path, SHA256)
    assert server.asked == [None]
    assert [file.name for file in path.parent.iterdir()] == ["net.pth"]


def test_a_line_that_breaks_is_taken_up_again(server: Server, tmp_path: Path) -> None:
    server.bytes_until_break = 400_000
    fetch(server.url, tmp_path / "net.pth", SHA256)
    assert (tmp_path / "net.pth").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=400000-", "bytes=800000-"]


def test_the_next_call_goes_on_where_this_one_gave_up(server: Server, tmp_path: Path) -> None:
    server.bytes_until_break = 100_000
    with pytest.raises(SvertkaError, match=f"broke off {TRIES} times.*400,000 bytes are kept"):
        fetch(server.url, tmp_path / "net.pth", SHA256)
    assert not (tmp_path / "net.pth").exists()
    server.bytes_until_break = None
    fetch(server.url, tmp_path / "net.pth", SHA256)
    assert server.asked[-1] == "bytes=400000-"
    assert (tmp_path / "net.pth").read_bytes() == CONTENT


def test_without_ranges_it_starts_afresh(server: Server, tmp_path: Path) -> None:
    (tmp_path / "net.pth.part").write_bytes(CONTENT[:1000])
    server.ranges = False
    fetch(server.url, tmp_path / "net.pth", SHA256)
    assert (tmp_path / "net.pth").read_bytes() == CONTENT


@pytest.mark.parametrize("piece", [b"another file", CONTENT + b"too long", CONTENT])
def test_an_old_piece_does_no_harm(server: Server, tmp_path: Path, piece: bytes) -> None:
    (tmp_path / "net.pth.part").write_bytes(piece)
    fetch(server.url, tmp_path / "net.pth", SHA256)
    assert (tmp_path / "net.pth").read_bytes() == CONTENT
    assert not (tmp_path / "net.pth.part").exists()


def test_a_wrong_checksum_keeps_nothing(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(SvertkaError, match=f"SHA-256 does not begin with {SHA256}"):
        fetch(server.url, tmp_path / "net.pth", SHA256)
    assert list(tmp_path.iterdir()) == []


def test_a_spoilt_file_is_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(b"cut off")
    fetch(server.url, tmp_path / "net.pth", SHA256)
    assert (tmp_path / "net.pth").read_bytes() == CONTENT


def test_a_missing_file_says_so(server: Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(SvertkaError, match=r"server says 404 Not Found.*by hand at .*net\.pth\."):
        fetch(server.url, tmp_path / "net.pth", SHA256)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/net.pth", "http://no-such-host.invalid/net.pth"]
)
def test_offline_is_said_plainly(url: str, tmp_path: Path) -> None:
    with pytest.raises(SvertkaError, match=r"Is this machine offline\? .*net\.pth\.$"):
        fetch(url, tmp_path / "net.pth", SHA256)


def test_a_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SvertkaError, match="cannot be written"):
        fetch(server.url, tmp_path / "file" / "net.pth", SHA256)


def test_a_server_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(fetching, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/net.pth"
        with pytest.raises(SvertkaError, match=r"broke off|cannot be reached"):
            fetch(url, tmp_path / "net.pth", SHA256)
