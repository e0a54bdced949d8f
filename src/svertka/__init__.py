"""svertka: design, train, look inside and serve convolutional networks."""

from svertka.version import __version__

__all__ = ["__version__"]
