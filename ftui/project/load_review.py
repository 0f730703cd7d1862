"""[sampling] and [review] of ftui.toml."""

from __future__ import annotations

import re
from pathlib import Path

from ftui.project.nearest import nearest
from ftui.project.sampling_ranges import RANGES, WHOLE
from ftui.project.settings import Review, ReviewModel, Sampling
from ftui.project.toml_table import TomlTable

STRATA = ("random", "edge", "flagged", "production", "held-out", "train-prefix", "benchmark-prefix")
POST_PROCESS = ("trim", "strip", "clean")
MOST_NAME = 60
"""Characters of a model's name."""
NAME_HINT = f"a short word such as tuned or epoch-3: up to {MOST_NAME} characters, no slash, no dot in front"
MOST_RUBRIC = 9
"""Lines of a rubric: one screen, and a digit each."""
_NUMBERS = (
    "context",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "repeat_penalty",
    "seed",
    "threads",
    "gpu_layers",
)
_METRIC = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")


def read_sampling(table: TomlTable, root: Path) -> Sampling:
    """`[sampling]`. Raises FtuiError that names the line of a fault."""
    table.finish(("prompts", "per_prompt", "strata", *_NUMBERS, "template", "grammar"))
    template = table.text("template")
    if template == "":
        table.fail("sampling.template is empty", "template", "chat, training, or the path of a Jinja file")
    numbers = {key: table.within(key, *RANGES[key], whole=key in WHOLE) for key in _NUMBERS}
    return Sampling(
        prompts=table.count("prompts"),
        per_prompt=table.count("per_prompt"),
        strata=_among(table, "strata", STRATA),
        template=template,
        grammar=_path(table, "grammar", root),
        **numbers,  # type: ignore[arg-type]  # `whole` made ints of those that are to be
    )


def read_review(table: TomlTable, root: Path) -> Review:
    """`[review]` and `[[review.models]]`. Raises FtuiError that names the line of a fault."""
    table.finish(("models", "rubric", "edge_cases", "post_process", "success", "price_hour"))
    rubric = table.texts("rubric")
    if (
        len(rubric) > MOST_RUBRIC
        or len(set(rubric)) < len(rubric)
        or not all(each.strip() for each in rubric)
    ):
        hint = f"up to {MOST_RUBRIC} lines, each with words of its own"
        table.fail("review.rubric cannot be scored by keys", "rubric", hint)
    success = table.table("success")
    wanted: dict[str, float] = {}
    for name in success.keys():  # noqa: SIM118 - a table is no mapping
        if not _METRIC.fullmatch(name):
            success.fail(f"{name!r} is no metric", name, "acceptance, win_rate, accuracy, macro_f1, say")
        wanted[name] = success.number(name) or 0.0
    given = "post_process" in table.keys()  # noqa: SIM118
    return Review(
        models=_models(table.tables("models"), root),
        rubric=rubric,
        edge_cases=_path(table, "edge_cases", root),
        post_process=_among(table, "post_process", POST_PROCESS) if given else Review().post_process,
        success=wanted,
        price_hour=table.number("price_hour"),
    )


def is_model_name(name: str) -> bool:
    """Whether a name can be shown, stored, and be part of a log file's name."""
    odd = (
        not name.isprintable() or "/" in name or "\\" in name or name.startswith(".") or name != name.strip()
    )
    return bool(name) and not odd and len(name) <= MOST_NAME


def _models(tables: list[TomlTable], root: Path) -> tuple[ReviewModel, ...]:
    found: list[ReviewModel] = []
    for table in tables:
        table.finish(("name", "gguf", "adapter", "server", "served_as", "base", "system", "shots"))
        model = ReviewModel(
            table.text("name") or "",
            gguf=_path(table, "gguf", root),
            adapter=_path(table, "adapter", root),
            server=table.text("server") or None,
            served_as=table.text("served_as") or None,
            base=table.flag("base") or False,
            system=table.text("system"),
            shots=_path(table, "shots", root),
        )
        _check(table, model, found)
        found.append(model)
    return tuple(found)


def _check(table: TomlTable, model: ReviewModel, others: list[ReviewModel]) -> None:
    """Refuse what contradicts itself or another entry."""
    if not model.name:
        table.fail("a model of [[review.models]] has no name", "", 'name = "tuned", say')
    if not is_model_name(model.name):
        table.fail(f"{model.name!r} cannot be a model's name", "name", NAME_HINT)
    if any(model.name == other.name for other in others):
        table.fail(f"two models are called {model.name!r}", "name", "give each a name of its own")
    if (model.gguf is None) == (model.server is None):
        table.fail(f"{model.name} needs gguf or server, one of both", "name")
    if model.server is not None and model.adapter is not None:
        table.fail(
            f"{model.name}: a server brings its own adapter", "adapter", "drop the line, or name the gguf"
        )
    if model.server is None and model.served_as is not None:
        table.fail(
            f"{model.name}: served_as goes with server", "served_as", "drop the line, or name the server"
        )
    if model.base and any(other.base for other in others):
        table.fail(f"{model.name} is marked as a second base", "base", "the others were tuned from one")


def _among(table: TomlTable, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(table.texts(key)))
    for each in found:
        if each not in known:
            table.fail(
                f"unknown {each!r} in {key}{nearest(each, known)}", key, f"known here: {', '.join(known)}"
            )
    return found


def _path(table: TomlTable, key: str, root: Path) -> Path | None:
    said = table.text(key)
    if said == "":
        table.fail(f"{key} names no file", key, "drop the line")
    return root / Path(said).expanduser() if said else None
