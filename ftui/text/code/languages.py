"""In which language a block of code surely is: it parses, and holds words that no other language has."""

from __future__ import annotations

import json
import re

from ftui.text.code import grammars, html_balance
from ftui.text.code import python as code_python
from ftui.text.late_pattern import late

_LONGEST = 20_000
_NO_CODE = late(r"[├└│┌┐─═╔║]|^\s*(?:\$ |>>> |Traceback |PS C:|In \[\d+\])|^\s*[\w.-]+@[\w.-]+:.*[$#] ", re.M)
_HTML = late(
    r"\s*<(?:!doctype html|html|head|body|div|form|table|ul|ol|nav|section|main|header|button|script)\b", re.I
)
_C = late(r"^\s*#include\s*[<\"]", re.M)
_CPP = late(r"<iostream>|<vector>|<string>|<map>|<algorithm>|std::|\bcout\b|\bclass\s+\w+|\btemplate\s*<")
_JAVA = late(
    r"\bpublic\s+(?:static\s+|final\s+|abstract\s+)*(?:class|interface|enum|void)\b|\bSystem\.out\.print"
)
_CSHARP = late(r"\busing\s+System|\bnamespace\b|\bConsole\.|\bstring\b|\bget;")
_GO = late(r"^package\s+\w+\s*$|^func\s+(?:\(\w+\s+\*?\w+\)\s*)?\w+\(.*\{\s*$", re.M)
_RUST = late(r"\bfn\s+\w+\s*(?:<[^>]*>)?\(.*\{\s*$|\blet\s+mut\s|\bprintln!\(|^\s*use\s+std::", re.M)
_SQL = late(
    r"\s*(?:--[^\n]*\n\s*)*(?:SELECT\s[\s\S]+?\sFROM\s|INSERT\s+INTO\s+\S+|CREATE\s+(?:TABLE|INDEX|VIEW|DATABASE)\s|"
    r"UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|ALTER\s+TABLE\s|WITH\s+\w+\s+AS\s*\()",
    re.I,
)
_CSS = late(
    r"\s*(?:/\*[^*]*\*/\s*)?(?:@media[^{]+\{\s*)?[.#*:@\w\[][^{};()]*\{\s*[\w-]+\s*:\s*[^;{}]+;[^{}]*\}"
)
_JAVASCRIPT = late(
    r"^\s*(?:const|let)\s+[\w{\[][^=\n]*=(?!=)|\bconsole\.(?:log|error)\(|^\s*(?:async\s+)?function\s*\w*\s*\([^)]*\)\s*\{"
    r"|\bdocument\.\w+|\brequire\([\"']|^\s*import\s.+\sfrom\s+[\"']|\bmodule\.exports\b|^\s*export\s+(?:default|const)\b",
    re.M,
)
_NOT_JAVASCRIPT = late(
    r"<\?php|^\s*\$\w+\s*=|\bfunc\b|\blet\s+mut\b|\bfn\s|::|:\s*(?:string|number|boolean|any|void)\b", re.M
)
_PYTHON = late(
    r"^\s*(?:async\s+)?def\s+\w+\(.*\)\s*(?:->.+)?:|^\s*class\s+\w+(?:\(.*\))?:\s*$|^\s*from\s+[\w.]+\s+import\s"
    r"|^\s*import\s+\w+(?:\.\w+)*\s+as\s+\w+\s*$|^\s*for\s+[\w, ()]+\s+in\s.+:\s*$|^\s*with\s.+\sas\s+\w+:\s*$"
    r"|^\s*(?:if|elif|while)\s.+:\s*$|^\s*except(?:\s\w+)?.*:\s*$|^import\s+\w+\s*\n(?:.*\n)*?.*\bprint\(",
    re.M,
)
_COMMAND = late(
    r"(?:sudo\s+)?(?:git\s+(?:clone|add|commit|push|pull|status|checkout|init|log|branch|merge|fetch|remote|config|diff|rebase"
    r"|reset|stash|switch|restore|tag|show|revert|rm|mv)\b|pip3?\s+(?:install|uninstall|list|freeze|show)\b|np[mx]\s+\S|"
    r"yarn(?:\s+(?:add|install|start|build|dev|run)\b|$)|pnpm\s+\w+|docker(?:-compose)?\s+[a-z]+\b|kubectl\s+[a-z]+\b|"
    r"cd\s+[\w./~$-]+$|curl\s+(?:-|https?:)|wget\s+(?:-|https?:)|apt(?:-get)?\s+(?:install|update|upgrade|remove)\b|"
    r"brew\s+(?:install|update|tap|services)\b|mkdir\s+(?:-p\s+)?[\w./~{},$-]+$|chmod\s+[+\d\w]+\s|python3?\s+(?:-m\s+)?[\w./-]+"
    r"(?:\.py)?(?:\s|$)|ssh\s+\S+@|export\s+\w+=|source\s+\S+$|ollama\s+[a-z]+\b|conda\s+(?:install|create|activate)\b|"
    r"cargo\s+(?:run|build|new|test|add|install)\b|go\s+(?:run|build|mod|get|test|install)\b|systemctl\s+[a-z]+\b|"
    r"ls(?:\s+-\w+)?(?:\s+[\w./~*-]+)?$|rm\s+-\w+\s|tar\s+-?[a-z]+\s|dnf\s+install|yum\s+install|virtualenv\s+\S+$|touch\s+[\w./-]+$"
    r"|scp\s+\S|rsync\s+-|helm\s+(?:install|repo|upgrade)\b|terraform\s+(?:init|plan|apply)\b|aws\s+[a-z0-9]+\s[a-z-]+)"
)
_PROSE_LINE = late(r"(?:[A-Za-z']+[ ,]+){6,}[A-Za-z']+[.!?]\s*$", re.M)


def surely(code: str) -> str | None:
    """The language to write after the fence; None for what is no code, or might be of several languages."""
    if len(code) > _LONGEST or not code.strip() or _NO_CODE.search(code):
        return None
    return _data(code) or _commands(code) or _program(code)


def _data(code: str) -> str | None:
    bare = code.strip()
    if bare[0] in "{[" and bare[-1] in "}]":
        try:
            value = json.loads(bare)
        except (ValueError, RecursionError):
            return None
        held = value[0] if isinstance(value, list) and value else value
        return "json" if isinstance(held, dict) and held else None
    if _HTML.match(bare) and bare.endswith(">") and html_balance.find(bare) is None:
        return "html"
    return None


def _commands(code: str) -> str | None:
    """Shell, where every line is a well-known command, a comment, or goes on after a backslash."""
    lines = [line.strip() for line in re.sub(r"\\\n", " ", code).split("\n")]
    commands = [line for line in lines if line and not line.startswith("#")]
    if commands and all(_COMMAND.match(line) for line in commands):
        return "bash"
    return "bash" if re.match(r"\s*#!\s*/(?:usr/)?bin/(?:env )?(?:ba|z)?sh\b", code) else None


def _program(code: str) -> str | None:
    for language, sure in _SURE:
        if sure(code):
            return language
    return None


def _parses(code: str, name: str) -> bool:
    return not grammars.faults_of(code, name, 1)


def _is_python(code: str) -> bool:
    if not _PYTHON.search(code) or _PROSE_LINE.search(
        re.sub(r"#[^\n]*|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\"", "", code, flags=re.S)
    ):
        return False
    error = code_python.fault(code)
    return error is None and not re.search(r"^\s*(?:end|done|fi|then|var|let|const)\b", code, re.M)


def _is_java(code: str) -> bool:
    wrapped = _parses(code, "java") or _parses("class A {" + code + "\n}", "java")
    return bool(_JAVA.search(code)) and not _CSHARP.search(code) and wrapped


def _is_javascript(code: str) -> bool:
    return bool(_JAVASCRIPT.search(code)) and not _NOT_JAVASCRIPT.search(code) and _parses(code, "javascript")


def _is_sql(code: str) -> bool:
    return bool(_SQL.match(code)) and (code.rstrip().endswith(";") or _parses(code, "sql"))


_SURE = (
    ("cpp", lambda code: bool(_C.search(code) and _CPP.search(code))),
    ("c", lambda code: bool(_C.search(code)) and _parses(code, "c")),
    ("java", _is_java),
    ("go", lambda code: bool(_GO.search(code)) and _parses(code, "go")),
    ("rust", lambda code: bool(_RUST.search(code)) and _parses(code, "rust")),
    ("sql", _is_sql),
    ("css", lambda code: bool(_CSS.match(code)) and _parses(code, "css")),
    ("javascript", _is_javascript),
    ("python", _is_python),
)
"""The surest first: what C and Go hold, no other language has."""
