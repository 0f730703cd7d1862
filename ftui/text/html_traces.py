"""HTML left in prose: tags of text and entities, and what the text is without them."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import NamedTuple

from ftui.text.prose import masked

CUES = (
    "<br", "<p>", "<p ", "</", "<div", "<span", "<strong", "<em>", "<a ", "<ul", "<ol", "<li", "<table", "<tr", "<td",
    "<th", "<h1", "<h2", "<h3", "<h4", "<h5", "<h6", "<img", "<hr", "<font", "<center", "<blockquote", "<pre", "<b>",
    "<i>",
)  # fmt: skip
"""Every tag that counts begins with one of these, in either case."""
ENTITY_PATTERN = r"&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITY = re.compile(r"&(?:(?:amp|#38|#x26);)*(#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>br|p|div|span|strong|em|a|ul|ol|li|table|tbody|thead|tr|td|th|h[1-6]|img|hr|font|center"
    r"|blockquote|pre|b|i)(?P<attributes>\s+[\w:-]{1,30}\s*=[^<>]{0,1000})?\s*/?>",
    re.I,
)
_PAIRED = frozenset({"b", "i", "a", "table", "pre", "center", "font"})
"""A lone one may be a placeholder or a type."""
_ALONE = frozenset({"br", "hr", "img"})
_BREAKS = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "hr"}
)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>|<!")
_PAGE = re.compile(
    r"<!doctype|<(?:html|head|body|form|script|style|input|button|select|section|nav|link|meta)\b|\bclass\s*=\s*[\"']",
    re.I,
)
TOPIC = re.compile(
    r"\b(?:x?html5?|xml|css|javascript|jsx|tsx|typescript|react|vue|angular|svelte|svg|markup|tags?|entit(?:y|ies)"
    r"|web\s?(?:pages?|sites?)|e-?mail\s(?:template|newsletter)s?|scrap(?:ing|er|ers|ed?)|django|flask|jinja2?|wordpress"
    r"|php|bootstrap|tailwind|hyperlinks?|href|dom|xpath|beautifulsoup|iframes?|saniti[sz]\w*|xss|rss|epub|asp\.net)\b",
    re.I,
)
TO_WORK_ON = re.compile(
    r"\b(?:translat|convert|extract|clean|strip|remov|pars|rewrit|summari|reformat|format|decod|unescap|correct"
    r"|(?:turn|chang|transform|render|mak)\w*\b[^.\n]{0,40}?\b(?:into|to|as)\b)",
    re.I,
)
_ODD = {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2002": " ", "\u2003": " "}


class Trace(NamedTuple):
    """Characters start..end, a tag or an entity, what should stand there, and whether that is the same text decoded."""

    start: int
    end: int
    entity: bool
    instead: str
    same: bool


def find(text: str) -> list[Trace]:
    """The tags and entities in the prose of a text, in order; none in a page or a piece of one."""
    if _PAGE.search(text):
        return []
    bare = masked(text, urls="&" in text)
    return sorted([*_tags(bare), *_entities(bare)])


def _tags(bare: str) -> list[Trace]:
    if "<" not in bare:
        return []
    matches = [match for match in _TAG.finditer(bare) if not _right(bare, match)]
    names = {(match["name"].lower(), bool(match["close"])) for match in matches}
    inner = (len(bare) - len(bare.lstrip()), len(bare.rstrip()))
    found = []
    for match in matches:
        name = match["name"].lower()
        lone = (name, not match["close"]) not in names
        if lone and name in _PAIRED:
            continue
        found.append(Trace(*match.span(), False, _without(bare, match, inner), False))
    return found


def _right(bare: str, match: re.Match[str]) -> bool:
    """A mention in quotes, a line break in a table row, a type behind a word."""
    before, after = bare[match.start() - 1 : match.start()], bare[match.end() : match.end() + 1]
    if before and before in "\"'“‘`(" and after and after in "\"'”’`)":
        return True
    name = match["name"].lower()
    if name == "br":
        line = bare[bare.rfind("\n", 0, match.start()) + 1 : match.start()]
        return "|" in line
    return before.isalnum() and not match["close"] and name in _PAIRED


def _without(bare: str, match: re.Match[str], inner: tuple[int, int]) -> str:
    """A line break for what ends a line, unless the text ends or a line breaks there anyway."""
    name = match["name"].lower()
    at_edge = match.start() <= inner[0] or match.end() >= inner[1]
    if at_edge or name not in _BREAKS or (not match["close"] and name not in _ALONE):
        return ""
    beside = "\n" in (bare[match.start() - 1 : match.start()], bare[match.end() : match.end() + 1])
    return "" if beside else "\n"


def _entities(bare: str) -> list[Trace]:
    found = []
    for match in _ENTITY.finditer(bare):
        if not match[1].startswith("#") and match[1] + ";" not in html5:
            continue
        before, after = bare[match.start() - 1 : match.start()], bare[match.end() : match.end() + 1]
        if before and before in "\"'“‘`" and after and after in "\"'”’`":
            continue
        decoded = html.unescape("&" + match[1] + ";")
        decoded = "".join(_ODD.get(c, c) for c in decoded)
        found.append(Trace(*match.span(), True, decoded, decoded == " " or decoded.isprintable()))
    if any(trace.instead == "<" for trace in found) and _ANY_TAG.search(_decoded(bare, found)):
        return [trace._replace(same=False) for trace in found]
    return found


def _decoded(text: str, traces: list[Trace]) -> str:
    parts, at = [], 0
    for trace in traces:
        parts += [text[at : trace.start], trace.instead]
        at = trace.end
    return "".join((*parts, text[at:]))
