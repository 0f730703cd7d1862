"""Jinja chat templates rendered as transformers' apply_chat_template does it, in a sandbox with limits.

A template comes with a model that somebody downloaded: it may neither reach Python nor run for ever nor fill memory.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from jinja2 import Template

MOST_CHARACTERS = 8 << 20
"""Output above this is refused: a prompt of that size fits no model."""
MOST_SECONDS = 2.0
_WIDEST = 64
"""Characters that tojson may put before or between values: each nested one has them again."""
DATE = datetime.datetime(2025, 1, 1)
"""What strftime_now tells: a fixed day, so that two renderings can be compared."""


class RefusedError(FtuiError):
    """The template itself refused a conversation by raise_exception: it wants other roles, say."""


def render(
    template: str,
    messages: Sequence[Mapping[str, Any]],
    *,
    tokens: Mapping[str, str] | None = None,
    add_generation_prompt: bool = False,
    tools: Sequence[Any] | None = None,
    **more: Any,
) -> str:
    """The text of a conversation; `tokens` are bos_token, eos_token and the like, `more` other template variables.

    Raises RefusedError where the template refuses the conversation, FtuiError where it is broken or exceeds the limits.
    """
    import jinja2

    from ftui.model.chat_sandbox import LimitError

    compiled = _compiled(template)
    clock: Any = compiled.environment
    clock.start(MOST_SECONDS, MOST_CHARACTERS)
    variables: dict[str, Any] = {
        "messages": [dict(message) for message in messages],
        "tools": None if tools is None else list(tools),
        "documents": None,
        "add_generation_prompt": add_generation_prompt,
        **(tokens or {}),
        **more,
    }
    parts: list[str] = []
    length = 0
    try:
        for part in compiled.generate(variables):
            parts.append(part)
            length += len(part)
            if length > MOST_CHARACTERS:
                raise LimitError("its output is too long")
    except LimitError as error:
        raise FtuiError(f"chat template: {error}", "mend the template") from error
    except jinja2.TemplateError as error:
        refused = type(error) is jinja2.TemplateError
        kind = RefusedError if refused else FtuiError
        raise kind(f"chat template: {error.message or error}", "mend the template, or the row") from error
    except (
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        MemoryError,
    ) as error:
        # What a template does with values of the wrong kind; Python's own errors say it best.
        raise FtuiError(f"chat template: {type(error).__name__}: {error}", "mend the template") from error
    return "".join(parts)


@lru_cache(maxsize=16)
def _compiled(source: str) -> Template:
    import jinja2

    from ftui.model.chat_sandbox import ChatEnvironment

    environment = ChatEnvironment()
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = DATE.strftime
    try:
        return environment.from_string(source)
    except jinja2.TemplateSyntaxError as error:
        raise FtuiError(
            f"chat template, line {error.lineno}: {error.message}", "is it a Jinja template?"
        ) from error
    except (RecursionError, MemoryError, OverflowError, ValueError, SyntaxError) as error:
        raise FtuiError(
            f"chat template: {type(error).__name__}: {error}", "is it a Jinja template?"
        ) from error


def check(source: str) -> None:
    """Raise FtuiError, with the line, where a template cannot be read."""
    _compiled(source)


def _raise(message: str) -> None:
    import jinja2

    raise jinja2.TemplateError(message)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """transformers' own filter: without Jinja's escapes for HTML."""
    widths = [each if isinstance(each, int) else len(each or "") for each in (indent, *(separators or ()))]
    if max(widths) > _WIDEST:
        raise ValueError(f"tojson: an indent or separator above {_WIDEST}")
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )
