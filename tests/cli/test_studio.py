"""``svertka studio`` and ``svertka serve``: what they say before they answer."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

import served
from svertka import serve
from svertka.serve.server import listen


def test_a_missing_extra_is_told(call, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    for words in (("studio",), ("serve", tmp_path)):
        answer = call(*words)
        assert answer.code == 1
        assert "pip install 'svertka[studio]'" in answer.message


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_a_port_that_is_none_is_told(call, port):
    assert call("studio", "--port", port).code == 2


def test_a_port_that_is_taken_is_told(call):
    with listen("127.0.0.1", 0, 0) as taken:
        port = taken.getsockname()[1]
        answer = call("studio", "--no-browser", "--port", port)
    assert answer.code == 2
    assert f"port {port}" in answer.message


def test_no_run_is_told_before_anything_listens(call, tmp_path):
    answer = call("serve", tmp_path / "none")
    assert answer.code == 1
    assert "does not exist" in answer.message


def test_another_host_gets_a_key_which_is_in_the_address_alone(tmp_path):
    """Without it nothing is answered."""
    command = [sys.executable, "-m", "svertka", "studio", "--no-browser", "--host", "0.0.0.0"]
    with subprocess.Popen(
        [*command, "--port", "0", "--lang", "ru", "--runs", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            told = urlsplit(process.stdout.readline().strip())
            base = f"http://127.0.0.1:{told.port}"
            assert httpx2.get(f"{base}/api/state").status_code == 401
            (key,) = parse_qs(told.query)["token"]
            assert len(key) >= 32
            assert told.fragment == "/?lang=ru"
            with httpx2.Client(base_url=base) as client:
                assert client.get(f"/?token={key}").status_code == 303
                assert client.get("/api/state").status_code == 200
        finally:
            process.kill()


def test_ctrl_c_ends_it_without_a_traceback(tmp_path):
    with served.command("studio", "--no-browser", "--runs", tmp_path) as (process, client):
        assert client.get("/").status_code == 200
        process.send_signal(2)
        assert process.wait(20) == 130
