"""A rule's page: what it finds, why it hurts, an example, how to fix it, how sure it is."""

from __future__ import annotations

from textual.binding import Binding

from ftui.tui.screens.page_modal import PageModal


class ExplainModal(PageModal):
    """`x` goes back, too."""

    BINDINGS = [Binding("x,i", "leave", show=False)]
    AS_WRITTEN = ("example",)
