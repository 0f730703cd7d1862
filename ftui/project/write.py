"""A fresh ftui.toml, with a comment over each table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftui.project.errors import FtuiError

COMMENTS: dict[str, str] = {
    "project": "What the project is called in reports.",
    "splits": 'Split name = file, list of files, or pattern such as "data/train-*.jsonl"; relative to this file.',
    "data": "layout: alpaca, prompt-completion, question-answer, messages, sharegpt, preference, kto,\n"
    "classification, columns, text. Without it the layout is found from the data.",
    "stop": 'end_marker: what every answer in the data ends with ("": nothing). sequences: where inference cuts.',
    "rules": 'select and ignore take codes or families; [rules.severity] CODE = "error", "warning" or "info";\n'
    "[rules.CODE] thresholds.",
    "model": "The tuned model: modelfile, gguf, tokenizer, tokenizer_config, generation_config, chat_template.",
    "training": "Where training writes its logs.",
    "sampling": "How `ftui sample` decodes: prompts, per_prompt, strata, temperature, top_p, top_k, min_p,\n"
    "repeat_penalty, seed, context, threads, gpu_layers, template, grammar; what is left out is taken from the\n"
    "model's files.",
    "review": "rubric, edge_cases, post_process, price_hour; [review.success] metric = least value;\n"
    "[[review.models]] name and gguf (with or without adapter) or server, base, system, shots.",
    "app": "theme, mouse, plain_symbols, cell_diff, editor: for this project, over your own config.toml.",
}


def render_project(table: Mapping[str, Mapping[str, Any]], notes: Mapping[str, str] | None = None) -> str:
    """The text of an ftui.toml: each table under its comment and, where there is one, a note on how it was guessed."""
    import tomli_w

    parts = []
    for name, held in table.items():
        said = "\n".join(filter(None, (COMMENTS.get(name, ""), (notes or {}).get(name, ""))))
        comment = "".join(f"# {line}\n" for line in said.splitlines())
        parts.append(comment + tomli_w.dumps({name: held}))
    return "\n".join(parts)


def write_project(file: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a settings file whole or not at all. Raises FtuiError when it is there already or cannot be written."""
    if file.exists() and not overwrite:
        raise FtuiError(f"{file} is already there", "edit it, or move it away and run `ftui init` again")
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise FtuiError(f"cannot write {file}: {error.strerror}") from error
