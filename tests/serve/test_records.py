"""Records of commands in processes of their own: once for all who ask, few at a time, kept."""

from __future__ import annotations

import asyncio

import pytest

from svertka.errors import DataError
from svertka.serve import records
from svertka.serve.faults import Busy
from svertka.serve.records import Records


@pytest.fixture
def made(monkeypatch):
    """The words that were run; ``bad`` fails."""
    asked = []

    async def said(words):
        asked.append(words)
        await asyncio.sleep(0.02)
        if words == ("bad",):
            raise DataError("no pictures")
        return f"{words[0]} {len(asked)}".encode()

    monkeypatch.setattr(records, "_said", said)
    return asked


def test_all_who_ask_for_the_same_get_one_record(made):
    async def ask():
        kept = Records("busy")
        found = await asyncio.gather(*(kept.of("a") for _ in range(5)))
        assert found == [b"a 1"] * 5
        assert await kept.of("a") == b"a 1"
        assert await kept.of("a", again=True) == b"a 2"
        assert await kept.of("a", stamp=1) == b"a 3"
        assert await kept.of("a") == b"a 2"

    asyncio.run(ask())
    assert made == [("a",)] * 3


def test_only_the_last_ones_are_kept(made):
    async def ask():
        kept = Records("busy", kept=2)
        for word in ("a", "b", "c", "c", "b", "a"):
            await kept.of(word)

    asyncio.run(ask())
    assert made == [("a",), ("b",), ("c",), ("a",)]


def test_too_many_at_once_are_told_to_come_back(made):
    async def ask():
        kept = Records("Two run already.", at_once=2)
        some = [asyncio.create_task(kept.of(str(number))) for number in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="Two run already") as told:
            await kept.of("one more")
        assert told.value.after > 0
        await asyncio.gather(*some)
        assert (await kept.of("one more")).startswith(b"one more")

    asyncio.run(ask())


def test_a_page_that_is_closed_ends_nothing(made):
    async def ask():
        kept = Records("busy")
        page = asyncio.create_task(kept.of("a"))
        await asyncio.sleep(0.005)
        page.cancel()
        await asyncio.sleep(0.1)
        assert await kept.of("a") == b"a 1"

    asyncio.run(ask())
    assert made == [("a",)]


def test_a_failure_is_told_and_not_kept(made):
    async def ask():
        kept = Records("busy")
        for _ in range(2):
            with pytest.raises(DataError, match="no pictures"):
                await kept.of("bad")

    asyncio.run(ask())
    assert made == [("bad",), ("bad",)]


def test_a_commands_own_reason_is_told():
    async def ask():
        with pytest.raises(DataError, match=r"nowhere-at-all"):
            await Records("busy").of("check", "--json", "--", "nowhere-at-all")

    asyncio.run(ask())
