"""What every result object shares: text for a terminal, HTML for a notebook, a dict for JSON."""

from __future__ import annotations

from typing import Any

from svertka.page import render


class Record:
    """A result that shows itself; subclasses are frozen and define ``to_dict`` and ``__str__``."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types; its ``kind`` tells the page how to draw it."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that a notebook's styles and ours never meet."""
        import html  # 1 ms, for notebooks alone

        page = html.escape(render(self.to_dict()), quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:640px;border:0"></iframe>'
