"""ftui.toml read into settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ftui.project.app_settings import read_app_table
from ftui.project.load_review import read_review, read_sampling
from ftui.project.nearest import nearest
from ftui.project.settings import (
    SEVERITIES,
    Columns,
    CustomRule,
    Model,
    Project,
    RowTemplate,
    RuleSettings,
    Severity,
    Stop,
    Training,
)
from ftui.project.split_names import split_rank
from ftui.project.toml_table import TomlTable, read_toml

CONFIG_NAME = "ftui.toml"
TABLES = (
    "project", "splits", "data", "template", "stop", "rules", "model", "training", "sampling", "review", "tokens",
    "app",
)  # fmt: skip
COLUMN_ROLES = ("prompt", "answer", "system", "label", "chosen", "rejected")
_CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_OR_FAMILY = re.compile(r"[A-Z]{3}([0-9]{3})?")


def load_project(path: Path | str | None = None) -> Project:
    """The project of a folder or a file: the ftui.toml there or in a folder above; without one, bare settings.

    A path that is itself a TOML file is read as the settings. Raises FtuiError for a fault in the file.
    """
    place = Path(path) if path is not None else Path.cwd()
    if place.suffix == ".toml":
        return read_project(place)
    folder = place if place.is_dir() else place.parent
    config = find_config(folder)
    return Project(root=folder.absolute()) if config is None else read_project(config)


def find_config(folder: Path) -> Path | None:
    """The nearest ftui.toml in this folder or above."""
    start = folder.absolute()
    return next((f / CONFIG_NAME for f in (start, *start.parents) if (f / CONFIG_NAME).is_file()), None)


def read_project(config: Path) -> Project:
    """The settings of one file. Raises FtuiError that names the line of a fault."""
    config = config.absolute()
    root = config.parent
    table = read_toml(config)
    table.finish(TABLES)
    about, data = table.table("project"), table.table("data")
    about.finish(("name",))
    data.finish(("layout", "columns", "meta", "production", "benchmarks"))
    tokens = table.table("tokens")
    tokens.finish(("price",))
    read_app_table(table.table("app"))  # refuses its faults now; the app reads it again for its values
    return Project(
        root=root,
        name=about.text("name") or root.name,
        splits=_splits(table.table("splits"), root),
        layout=data.text("layout"),
        columns=_columns(data.table("columns")),
        stop=_stop(table.table("stop")),
        rules=_rules(table.table("rules")),
        meta=_meta(data.table("meta")),
        template=_template(table.table("template")),
        production=_files(data, "production", root),
        benchmarks=_files(data, "benchmarks", root),
        model=_model(table.table("model"), root),
        training=_training(table.table("training"), root),
        sampling=read_sampling(table.table("sampling"), root),
        review=read_review(table.table("review"), root),
        token_price=tokens.number("price"),
        config=config,
    )


def _path(named: str | None, root: Path) -> Path | None:
    return root / Path(named).expanduser() if named else None


def _files(table: TomlTable, key: str, root: Path) -> tuple[Path, ...]:
    found = [path for named in table.texts(key) for path in _expanded(named, root, table, key)]
    return tuple(dict.fromkeys(found))


def _meta(table: TomlTable) -> Columns:
    table.finish(("time", "group", "topic", "domain", "language", "votes"))
    return Columns(
        time=table.text("time"),
        group=table.texts("group"),
        topic=table.text("topic"),
        domain=table.text("domain"),
        language=table.text("language"),
        votes=table.texts("votes"),
    )


def _template(table: TomlTable) -> RowTemplate:
    table.finish(("prompt", "answer"))
    return RowTemplate(table.text("prompt"), table.text("answer"))


def _model(table: TomlTable, root: Path) -> Model:
    files = ("modelfile", "gguf", "tokenizer", "tokenizer_config", "generation_config", "chat_template")
    table.finish((*files, "max_tokens"))
    return Model(**{key: _path(table.text(key), root) for key in files}, max_tokens=table.count("max_tokens"))


def _training(table: TomlTable, root: Path) -> Training:
    files = ("logs", "config")
    table.finish(
        (*files, "max_seq_length", "template", "format", "columns", "thresholds", "ignore", "stop_on")
    )
    columns, thresholds = table.table("columns"), table.table("thresholds")
    return Training(
        _path(table.text("logs"), root),
        table.count("max_seq_length"),
        table.text("template"),
        _path(table.text("config"), root),
        table.text("format"),
        {name: columns.text(name) or "" for name in columns.keys()},  # noqa: SIM118
        {code: _numbers(thresholds.table(code)) for code in thresholds.keys()},  # noqa: SIM118
        table.texts("ignore"),
        table.texts("stop_on"),
    )


def _numbers(table: TomlTable) -> dict[str, float]:
    return {name: table.number(name) or 0.0 for name in table.keys()}  # noqa: SIM118


def _splits(table: TomlTable, root: Path) -> dict[str, tuple[Path, ...]]:
    """Split names to files; a pattern stands for the files that match it now, sorted."""
    found: dict[str, tuple[Path, ...]] = {}
    for name in table.keys():  # noqa: SIM118 - a table is no mapping
        files: list[Path] = []
        for named in table.texts(name):
            files += _expanded(named, root, table, name)
        if not files:
            table.fail(f"the split {name!r} names no file", name)
        found[name] = tuple(dict.fromkeys(files))
    return dict(sorted(found.items(), key=lambda item: split_rank(item[0])))


def _expanded(named: str, root: Path, table: TomlTable, name: str) -> list[Path]:
    path = root / Path(named).expanduser()
    if not any(sign in named for sign in "*?[") or path.exists():
        return [path]
    anchor = Path(path.anchor)
    matches = sorted(match for match in anchor.glob(str(path.relative_to(anchor))) if match.is_file())
    if not matches:
        table.fail(f"no file matches {named!r}", name)
    return matches


def _columns(table: TomlTable) -> dict[str, str]:
    table.finish(COLUMN_ROLES)
    return {name: table.text(name) or "" for name in table.keys()}  # noqa: SIM118


def _stop(table: TomlTable) -> Stop:
    table.finish(("end_marker", "sequences"))
    return Stop(table.text("end_marker"), table.texts("sequences"))


def _rules(table: TomlTable) -> RuleSettings:
    options: dict[str, dict[str, Any]] = {}
    for key in table.keys():  # noqa: SIM118
        if _CODE.fullmatch(key):
            inner = table.table(key)
            options[key] = {name: inner.value(name) for name in inner.keys()}  # noqa: SIM118
    table.finish(("select", "ignore", "severity", "ignore_in", "custom", *options))
    places = table.table("ignore_in")
    return RuleSettings(
        _codes(table, "select"),
        _codes(table, "ignore"),
        _severities(table.table("severity")),
        options,
        {pattern: _codes(places, pattern) for pattern in places.keys()},  # noqa: SIM118
        _custom(table.tables("custom")),
    )


def _custom(tables: list[TomlTable]) -> tuple[CustomRule, ...]:
    found: list[CustomRule] = []
    for table in tables:
        table.finish(("code", "name", "message", "severity", "field", "pattern", "sql"))
        code, name = table.text("code") or "", table.text("name") or ""
        if not code:
            table.fail("a rule of [[rules.custom]] has no code", "name", 'code = "ABC001", say')
        if not _CODE.fullmatch(code):
            table.fail(f"code {code!r} is not three capital letters and three digits", "code", "ABC001, say")
        if not name:
            table.fail(f"{code} has no name", "code", 'name = "no-todo", say')
        if not _NAME.fullmatch(name):
            table.fail(f"name {name!r} is not small letters, digits and hyphens", "name", "no-todo, say")
        if any(code == other.code or name == other.name for other in found):
            table.fail(f"{code} {name} is there twice", "code", "give each rule a code and a name of its own")
        if (table.text("pattern") is None) == (table.text("sql") is None):
            table.fail(f"{code} needs a pattern or an sql expression, one of both", "code")
        severity = _severity(table, "severity", table.text("severity") or "warning")
        found.append(
            CustomRule(
                code,
                name,
                table.text("message") or name.replace("-", " "),
                severity,
                table.text("field") or "",
                table.text("pattern"),
                table.text("sql"),
                table.line(),
            )
        )
    return tuple(found)


def _codes(table: TomlTable, key: str) -> tuple[str, ...]:
    codes = tuple(
        code.strip().upper() for text in table.texts(key) for code in text.split(",") if code.strip()
    )
    for code in codes:
        if not _CODE_OR_FAMILY.fullmatch(code):
            table.fail(
                f"{code!r} in rules.{key} is no rule code or family", key, "FMT004 or FMT; see `ftui rules`"
            )
    return codes


def _severities(table: TomlTable) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for code in table.keys():  # noqa: SIM118
        if not _CODE.fullmatch(code):
            table.fail(f"{code!r} is no rule code", code, "FMT004, say; see `ftui rules`")
        found[code] = _severity(table, code, table.text(code))
    return found


def _severity(table: TomlTable, key: str, said: str | None) -> Severity:
    severity = next((one for one in SEVERITIES if one == said), None)
    if severity is None:
        near = nearest(said or "", SEVERITIES)
        table.fail(f"unknown severity {said!r}{near}", key, f"one of {', '.join(SEVERITIES)}")
    return severity
