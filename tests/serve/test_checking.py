"""Checks of data in processes of their own: once for all who ask, few at a time, kept."""

from __future__ import annotations

import asyncio

import pytest

from svertka.errors import DataError
from svertka.serve import checking
from svertka.serve.checking import AT_ONCE, Checks
from svertka.serve.faults import Busy


@pytest.fixture
def made(monkeypatch):
    """The sources that were checked; ``bad`` cannot be."""
    asked = []

    async def check(source):
        asked.append(source)
        await asyncio.sleep(0.02)
        if source == "bad":
            raise DataError("no pictures")
        return {"source": source, "number": len(asked)}

    monkeypatch.setattr(checking, "_check", check)
    return asked


def test_all_who_ask_for_the_same_get_one_check(made):
    async def ask():
        checks = Checks()
        found = await asyncio.gather(*(checks.of("a") for _ in range(5)))
        assert found == [{"source": "a", "number": 1}] * 5
        assert await checks.of("a") == found[0]
        assert (await checks.of("a", again=True))["number"] == 2

    asyncio.run(ask())
    assert made == ["a", "a"]


def test_too_many_at_once_are_told_to_come_back(made):
    async def ask():
        checks = Checks()
        some = [asyncio.create_task(checks.of(str(number))) for number in range(AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as told:
            await checks.of("one more")
        assert told.value.after > 0
        await asyncio.gather(*some)
        assert (await checks.of("one more"))["source"] == "one more"

    asyncio.run(ask())


def test_a_page_that_is_closed_ends_no_check(made):
    async def ask():
        checks = Checks()
        page = asyncio.create_task(checks.of("a"))
        await asyncio.sleep(0.005)
        page.cancel()
        await asyncio.sleep(0.1)
        assert (await checks.of("a"))["number"] == 1

    asyncio.run(ask())
    assert made == ["a"]


def test_a_failure_is_told_and_not_kept(made):
    async def ask():
        checks = Checks()
        for _ in range(2):
            with pytest.raises(DataError, match="no pictures"):
                await checks.of("bad")

    asyncio.run(ask())
    assert made == ["bad", "bad"]
