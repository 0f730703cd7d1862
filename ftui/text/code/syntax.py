"""Whether the code of a fenced block is valid in the language that its fence names."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from typing import Literal, NamedTuple

from ftui.text.code import copies as code_copies
from ftui.text.code import grammars, html_balance, sql_dialects
from ftui.text.code import python as code_python

LONGEST = 100_000
"""Characters; longer code is not judged."""
LANGUAGES: dict[str, str] = {
    "python": "python", "py": "python", "python3": "python", "json": "json", "jsonl": "json", "jsonc": "jsonc",
    "toml": "toml", "javascript": "javascript", "js": "javascript", "jsx": "javascript", "node": "javascript",
    "mjs": "javascript", "typescript": "typescript", "ts": "typescript", "tsx": "tsx", "java": "java", "go": "go",
    "golang": "go", "rust": "rust", "rs": "rust", "c": "c", "h": "c", "cpp": "cpp", "c++": "cpp",
    "cc": "cpp", "cxx": "cpp", "hpp": "cpp", "css": "css", "yaml": "yaml", "yml": "yaml", "bash": "bash",
    "sh": "bash", "zsh": "bash",
    "html": "html", "sql": "sql", "mysql": "sql", "postgresql": "sql", "postgres": "sql", "sqlite": "sql",
    "tsql": "sql", "plsql": "sql",
}  # fmt: skip
"""What a fence may say, and the language that is judged."""
SHOWN = {
    "javascript": "JavaScript", "typescript": "TypeScript", "tsx": "TSX", "cpp": "C++", "css": "CSS", "html": "HTML",
    "json": "JSON", "jsonc": "JSON", "yaml": "YAML", "toml": "TOML", "sql": "SQL",
}  # fmt: skip
_REMARKS = frozenset({"c", "cpp", "sql"})
"""Macros and dialects look like errors."""
_WRAPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "javascript": (
        ("({", "\n})", "javascript"), ("(", "\n)", "javascript"), ("class A {", "\n}", "javascript"), ("", "", "tsx"),
        ("", "", "typescript"), ("x", "", "javascript"), ("if (x) {", "", "javascript"), ("<>", "\n</>", "javascript"),
        ("switch (x) {", "\n}", "javascript"), ("class A {", "\n}", "typescript"), ("try {", "", "javascript"),
    ),
    "typescript": (
        ("", "", "tsx"), ("({", "\n})", "typescript"), ("(", "\n)", "typescript"), ("class A {", "\n}", "typescript"),
        ("interface A {", "\n}", "typescript"), ("x", "", "typescript"), ("type A = ", "", "typescript"),
        ("if (x) {", "", "typescript"), ("<>", "\n</>", "tsx"), ("({", "\n})", "tsx"),
    ),
    "tsx": (("", "", "typescript"), ("<>", "\n</>", "tsx"), ("({", "\n})", "tsx"), ("(", "\n)", "tsx")),
    "java": (
        ("class A {", "\n}", "java"), ("class A { void f() {", "\n}}", "java"), ("class A { Object x = ", ";}", "java"),
        ("class A { void f() { x", "\n}}", "java"), ("class A { void f() { if (x) {", "\n}}", "java"),
        ("interface A {", "\n}", "java"),
    ),
    "go": (("package a\nfunc f() {\n", "\n}", "go"), ("package a\ntype A struct {\n", "\n}", "go"),
           ("package a\nvar x = ", "", "go")),
    "rust": (("fn f() {", "\n}", "rust"), ("struct A {", "\n}", "rust"), ("trait A {", "\n}", "rust"),
             ("fn f() { let x = ", ";}", "rust"), ("fn f() { match x {", "\n}}", "rust")),
    "c": (("void f() {", "\n}", "c"), ("", "", "cpp"), ("int x = ", ";", "c"), ("struct A {", "\n};", "c")),
    "cpp": (("void f() {", "\n}", "cpp"), ("class A {", "\n};", "cpp"), ("auto x = ", ";", "cpp")),
    "css": (("a {", "\n}", "css"), ("a { b: ", "}", "css")),
    "sql": (("SELECT * FROM a WHERE ", "", "sql"), ("SELECT ", " FROM a", "sql"), ("CREATE TABLE a (", ")", "sql"),
            ("SELECT * FROM a ", "", "sql"), ("", ";", "sql")),
    "bash": (("case x in ", "\nesac", "bash"), ("if x; then\n", "\nfi", "bash")),
}  # fmt: skip
"""What a snippet may leave out: before, after, and the grammar that then takes it."""
_LONGEST_HTML = 30_000
_SNIPPET = 20_000
"""Characters; longer code is no snippet."""
_ELISION = re.compile(
    r"\.{3}|…|<[A-Za-z][\w .,/|-]*>|<<[\w -]+>>|\[[A-Z][\w ]*\]|\bYOUR[_-]|\{\{|\{%|<%|\bxxx+\b|⋮"
)
_JSON_ELISION = re.compile(r"\.{3}|…|<[A-Za-z][\w .-]*>|\{\{|\{%")
_JSON_NOISE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|(?P<comment>//[^\n]*|/\*.{0,500}?\*/|(?:^|(?<=\s))#[^\n]*)', re.S
)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_DIFF = re.compile(r"^(?:[+-](?![+-])|@@ )", re.M)
_NOT_CODE = re.compile(r"\s*(?:Traceback \(most recent|(?:error|warning)(?:\[\w+\])?:)", re.I)
_TOML_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


class Fault(NamedTuple):
    """Where code is not what its language wants (line and column from 1), why, and how sure that is a fault."""

    line: int
    column: int
    message: str
    severity: Literal["warning", "info"]


def fault(code: str, language: str) -> Fault | None:
    """The first fault of a block whose fence says `language`; None for valid code, snippets and unknown languages."""
    name = LANGUAGES.get(language)
    if name is None or len(code) > LONGEST or not code.strip() or "\x00" in code:
        return None
    if _is_diff(code, name) or code_copies.prompts(code, language) or _NOT_CODE.match(code):
        return None
    code = code_copies.cleaned(code, language)
    if name == "python":
        return _python(code)
    if name in ("json", "jsonc"):
        return _json(code, commas=name == "jsonc")
    if name == "toml":
        return _toml(code)
    if name == "html":
        return _html(code)
    return _by_grammar(code, name)


def _is_diff(code: str, name: str) -> bool:
    lines = [line for line in code.split("\n") if line.strip()]
    signs = [line[0] for line in lines if _DIFF.match(line)]
    if name == "yaml":
        return "+" in signs or any(line.startswith("@@") for line in lines)
    return any(line.startswith(("@@ ", "+++ ", "--- a")) for line in lines) or len(signs) >= 2


def _python(code: str) -> Fault | None:
    error = code_python.fault(code)
    if error is None or _elided(code, error.line, error.line):
        return None
    if error.python2:
        return Fault(error.line, error.column, f"valid only in Python 2: {error.message}", "info")
    return Fault(error.line, error.column, error.message, "warning")


def _elided(code: str, first: int, last: int) -> bool:
    """Whether these lines, or one beside them, leave something out on purpose."""
    return _ELISION.search("\n".join(code.split("\n")[max(0, first - 2) : last + 1])) is not None


def _json(code: str, *, commas: bool) -> Fault | None:
    bare = _JSON_NOISE.sub(lambda m: " " * len(m.group()) if m["comment"] else m.group(), code)
    if _JSON_ELISION.search(_STRING.sub("", bare)):
        return None
    if commas:
        bare = re.sub(r",(\s*[}\]])", r" \1", bare)
    error = _json_error(bare)
    if error is None or _json_error("{" + bare.strip().rstrip(",") + "}") is None:
        return None
    return Fault(error.lineno, error.colno, error.msg, "warning")


def _json_error(text: str) -> json.JSONDecodeError | None:
    """What keeps a text from being one JSON value or several."""
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip())
    while at < len(text):
        try:
            at = decoder.raw_decode(text, at)[1]
        except json.JSONDecodeError as error:
            return error
        except RecursionError:
            return None
        rest = text[at:]
        between = len(rest) - len(rest.lstrip())
        if rest.strip() and "\n" not in rest[:between]:
            return json.JSONDecodeError("Extra data", text, at + between)
        at += between
    return None


def _toml(code: str) -> Fault | None:
    try:
        tomllib.loads(textwrap.dedent(code))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _TOML_AT.search(said)
        line, column = (int(at[1]), int(at[2])) if at else (code.count("\n") + 1, 1)
        if said.startswith("Cannot") or _elided(code, line, line):  # a key twice: two ways shown in one block
            return None
        return Fault(line, column, _TOML_AT.sub("", said).strip(), "warning")
    except RecursionError:
        return None
    return None


def _html(code: str) -> Fault | None:
    if len(code) > _LONGEST_HTML or re.search(
        r"\{\{|\{%|<%|<\?|\{#", code
    ):  # a template: its branches need not balance
        return None
    lone = html_balance.find(code)
    if lone is None or _elided_html(code, lone.line):
        return None
    return Fault(lone.line, lone.column, lone.message, "warning")


def _elided_html(code: str, line: int) -> bool:
    return re.search(r"\.{3}|…", "\n".join(code.split("\n")[max(0, line - 2) : line + 1])) is not None


def _plain_css(code: str) -> str:
    """The same as far as it is right, in the forms that the grammar knows."""
    code = re.sub(r"url\(([^)\"'\n]*)\)", lambda m: 'url("' + "x" * max(0, len(m[1]) - 2) + '")', code)
    code = re.sub(r"@container\b[^{\n]*", lambda m: "@media print".ljust(len(m.group())), code)
    code = re.sub(r"(?<=[\"'])[ ][is](?=\])", "  ", code)
    return re.sub(r"!\s+important", lambda m: "!important".ljust(len(m.group())), code)


_MACRO = re.compile(r"^[ \t]*[A-Z][A-Z\d_]{3,}[ \t]*\((?:[^()\n]|\([^()\n]*\))*\)[ \t]*$(?=\s*\S)", re.M)
"""A line that is a macro and needs no semicolon: UFUNCTION(Server, Reliable) before what it describes."""


def _by_grammar(code: str, name: str) -> Fault | None:
    plain = textwrap.dedent(code)
    if name in ("c", "cpp"):
        plain = _MACRO.sub(lambda m: " " * len(m.group()), plain)
    if name == "css":
        plain = _plain_css(plain)
    at = sql_dialects.lost(plain) if name == "sql" else None
    if at is not None and _ELISION.search(plain) is None:
        line = plain.count("\n", 0, at) + 1
        return Fault(line, at - plain.rfind("\n", 0, at), "a part of the statement is missing", "info")
    nodes = grammars.faults_of(plain, name)
    if not nodes:
        return None
    for before, after, grammar in _WRAPS.get(name, ()) if len(plain) <= _SNIPPET else ():
        if before == "<>" and not plain.lstrip().startswith("<"):
            continue  # any text is right between tags
        if not grammars.faults_of(before + plain + after, grammar):
            return None
    if name == "sql" and sql_dialects.may_be_right(plain):
        return None
    if any(_elided(plain, node.line, node.last) for node in nodes):
        return None
    if name in ("yaml", "css") and re.search(r"\{\{|\{%|<%|\$\{|^\s*[@$][\w-]+\s*:", plain, re.M):
        return None
    first = nodes[0]
    said = f"{first.what} missing" if first.missing else "unexpected here"
    return Fault(first.line, first.column, said, "info" if name in _REMARKS else "warning")
