import pytest

from by_hand import COLOUR
from svertka.data.decode import decode, quiet


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """Every test has a cache of its own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "svertka" / "pictures-1"


@pytest.fixture
def opened(tmp_path):
    """Decode bytes, or a picture saved in a format, as a file of that name."""

    def run(content, form=COLOUR, name="a.png", **options):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path, **options)
        with quiet():
            return decode(str(path), form)

    return run
