"""Who is answered: names, origins, keys, sizes and paces."""

from __future__ import annotations

import asyncio

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from svertka.serve.app import create_app
from svertka.serve.guard import Guard, Rules

KEY = "a-key-that-nobody-guesses"
OWN = "http://127.0.0.1:8600"
LIVE = "ws://127.0.0.1:8600/api/runs/x/live"


def guarded(tmp_path, **rules):
    return Guard(create_app(tmp_path / "runs"), Rules(**rules))


@pytest.fixture
def client(tmp_path):
    return TestClient(guarded(tmp_path), base_url=OWN)


@pytest.fixture
def locked(tmp_path):
    return TestClient(guarded(tmp_path, token=KEY), base_url=OWN, follow_redirects=False)


HOSTS = (
    *("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8600"),
    *("127.0.0.2", "2130706433", "0x7f.1", "127.1", "[::1", "[::ffff:127.0.0.1]", "0.0.0.0"),
    *("", " ", "127.0.0.1:8600:8600", "127.0.0.1@evil.example", "localhost/evil", "localhost:x"),
    *(
        "http://127.0.0.1",
        "127.0.0.1,evil.example",
        "ⅼocalhost",
        "localhost\t.evil",
        "user@127.0.0.1",
    ),
)
ORIGINS = (
    *("http://evil.example", "https://evil.example", "null", "", "http://127.0.0.1", "file://"),
    *("http://127.0.0.1:8601", "http://localhost:8600", "http://127.0.0.1:8600.evil.example"),
    *(
        "http://evil.example:8600",
        "ftp://127.0.0.1:8600",
        "http://127.0.0.1:8600/",
        "127.0.0.1:8600",
    ),
    *("http://user@127.0.0.1:8600", "chrome-extension://abc", "http://127.0.0.1:8600, http://evil"),
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_forged_host_is_refused(client, host):
    """By such a name a page from elsewhere would come here (DNS rebinding)."""
    for path in ("/", "/api/state", "/api/runs"):
        answer = client.get(path, headers={"host": host.encode("utf-8")})
        assert answer.status_code == 421, path
        assert "svertka" not in answer.text.replace("svertka:", "")


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_forged_origin_is_refused(client, origin):
    for ask in (client.get, client.post):
        answer = ask("/api/runs", headers={"origin": origin})
        assert answer.status_code == 403
        assert answer.json()["code"] == "origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_tag_elsewhere_reaches_nothing(client, site):
    """A request without an Origin, as <img src=...> sends it; a link to the page itself works."""
    assert client.get("/api/state", headers={"sec-fetch-site": site}).status_code == 403
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST:8600"])
def test_own_names_and_origins_are_answered(client, host):
    for more in ({}, {"origin": f"http://{host}".lower()}, {"sec-fetch-site": "same-origin"}):
        answer = client.get("/api/state", headers={"host": host, **more})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": o} for o in ORIGINS] + [{"host": h} for h in HOSTS if h.isascii()]
)
def test_sockets_are_guarded_alike(client, headers):
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(LIVE, headers=headers),
    ):
        pass
    assert refused.value.status_code == (403 if "origin" in headers else 421)


def test_a_socket_of_the_own_page_is_answered(client):
    with client.websocket_connect(LIVE, headers={"origin": OWN}) as socket:
        assert socket.receive_json()["event"] == "gone"


def test_other_addresses_of_this_machine_only_where_it_listens_to_all():
    everywhere = Rules.at("0.0.0.0", KEY)
    assert everywhere.knows("192.168.1.5:8600")
    assert everywhere.knows("[fe80::1]:8600")
    assert not everywhere.knows("evil.example")
    one = Rules.at("192.168.1.5", KEY)
    assert one.knows("192.168.1.5:8600")
    assert not one.knows("192.168.1.6:8600")
    assert Rules.at("::1").knows("[::1]:8600")
    assert not Rules().knows("192.168.1.5:8600")


def test_without_the_key_nothing_is_answered(locked):
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Bearer {KEY}x"},
        {"authorization": "Bearer "},
        {"cookie": "svertka-8600=wrong"},
        {"cookie": f"svertka-8601={KEY}"},
        {"cookie": "svertka-8600="},
        {"cookie": "\x00=;;;"},
    ):
        assert locked.get("/api/state", headers=headers).status_code == 401
        page = locked.get("/", headers=headers)
        assert page.status_code == 401
        assert "ключ" in page.text
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            locked.websocket_connect(LIVE, headers=headers),
        ):
            pass
        assert refused.value.status_code == 401
    assert locked.get(f"/api/state?token={KEY}").status_code == 401, "only the page takes it so"
    assert locked.get("/?token=wrong").status_code == 401


def test_the_key_in_the_address_becomes_a_cookie(locked):
    answer = locked.get(f"/?token={KEY}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert locked.get("/api/state").status_code == 200
    assert locked.get("/").status_code == 200


def test_the_key_as_a_header(locked):
    headers = {"authorization": f"Bearer {KEY}"}
    assert locked.get("/api/state", headers=headers).status_code == 200
    with locked.websocket_connect(LIVE, headers=headers) as socket:
        assert socket.receive_json()["event"] == "gone"


def test_every_answer_tells_browsers_to_be_careful(client):
    for path in ("/", "/api/state", "/api/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_page_of_others_is_there(client, path):
    """FastAPI's own documents are loaded from elsewhere."""
    assert client.get(path).status_code == 404


def test_what_is_too_large_is_refused_before_it_comes(tmp_path):
    client = TestClient(guarded(tmp_path, body=1000), base_url=OWN)
    answer = client.post("/api/pictures", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    for size in ("-1", "9" * 40, "1e3", "١٢"):
        sent = {"content-length": size.encode("utf-8")}
        assert client.post("/api/pictures", content=b"", headers=sent).status_code == 413


class Asked:
    """One request to a guard by hand, whose body comes as ``pieces`` and pauses between them."""

    def __init__(self, pieces, pause=0.0):
        self.pieces, self.pause, self.sent, self.taken = list(pieces), pause, [], 0

    async def receive(self):
        await asyncio.sleep(self.pause)
        if not self.pieces:
            await asyncio.sleep(3600)
        self.taken += 1
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}

    async def send(self, message):
        self.sent.append(message)

    def status(self, app):
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/api/pictures",
            "raw_path": b"/api/pictures",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8600),
        }
        asyncio.run(app(scope, self.receive, self.send))
        start = self.sent[0]
        assert (b"connection", b"close") in start["headers"]
        return start["status"]


def test_what_is_too_large_is_refused_while_it_comes(tmp_path):
    """Without a length given: the first pieces beyond the limit end it, not the last."""
    asked = Asked([b"x" * 400] * 1000)
    app = guarded(tmp_path, body=1000)
    assert asked.status(app) == 413
    assert asked.taken == 3 + 3, "as many bytes again run into nothing, and no more"
    assert app.bytes == 0, "nothing is held any more"


def test_who_sends_too_slowly_is_sent_away(tmp_path):
    assert Asked([b"x"]).status(guarded(tmp_path, pause=0.1)) == 408
    dripping = Asked([b"x"] * 1000, pause=0.02)
    assert dripping.status(guarded(tmp_path, seconds=0.2)) == 408
    assert dripping.taken < 20


def test_all_bodies_together_have_a_limit(tmp_path):
    asked = Asked([b"x" * 400] * 10)
    assert asked.status(guarded(tmp_path, bodies=1000)) == 503
    headers = dict(asked.sent[0]["headers"])
    assert int(headers[b"retry-after"]) >= 1


def test_too_many_at_once_are_told_to_come_back(tmp_path):
    client = TestClient(guarded(tmp_path, requests=0, sockets=0), base_url=OWN)
    answer = client.get("/api/state")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) >= 1
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(LIVE),
    ):
        pass
    assert refused.value.status_code == 503
    assert refused.value.headers["retry-after"]
