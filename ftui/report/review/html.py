"""The page of a review as one HTML file: nothing is loaded from elsewhere, and no script is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from ftui.report.html import STYLE
from ftui.report.review.page import Line, Section, Table, Tone
from ftui.text.visible import visible

_CLASSES: dict[Tone, str] = {"good": "good", "warning": "warning", "bad": "error", "dim": "dim", "": ""}
_GLYPHS: dict[Tone, str] = {"good": "✔ ", "warning": "▲ ", "bad": "✖ ", "dim": "", "": ""}
_OWN = """
h2.page { font-size: 1.4rem; border-top: 2px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; } table { width: auto; } .wide { margin: .5rem 0; }
"""


def html(title: str, sections: Iterable[Section]) -> str:
    """Headings, sentences and tables."""
    body = [f"<h1>{_text(title)}</h1>"]
    for section in sections:
        tag = '<h2 class="page">{}</h2>' if section.depth == 1 else "<h3>{}</h3>"
        body.append(tag.format(_text(section.title)))
        for part in section.parts:
            body += _table(part) if isinstance(part, Table) else [_line(part)]
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(title)}</title>\n<style>{STYLE}{_OWN}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _line(line: Line) -> str:
    named = f' class="{_CLASSES[line.tone]}"' if line.tone else ""
    return f"<p{named}>{_GLYPHS[line.tone]}{_text(line.text)}</p>"


def _table(table: Table) -> Iterator[str]:
    head = "".join(_cell("th", text, i >= table.names) for i, text in enumerate(table.head))
    yield f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>'
    for row in table.rows:
        yield "<tr>" + "".join(_cell("td", text, i >= table.names) for i, text in enumerate(row)) + "</tr>"
    yield "</tbody></table></div>"


def _cell(tag: str, text: str, is_figure: bool) -> str:
    named = ' class="number"' if is_figure else ""
    return f"<{tag}{named}>{_text(text)}</{tag}>"


def _text(text: str) -> str:
    """Names and classes come from data: nothing in them is markup, and what reorders or hides is named."""
    return escape(visible(text))
