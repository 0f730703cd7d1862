"""What a server lists of its models, which of them is meant, and whether it is still the same one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.review.backends.backend import BackendDiedError
from ftui.review.backends.server_kind import OLLAMA, Kind
from ftui.text.visible import visible

MOST_SHOWN = 100
Listed = Mapping[str, dict[str, Any]]
"""The models by id, in the server's order."""


def listed(
    address: str, ask: Callable[[], Any], wait: Callable[[BackendDiedError], bool], wanted: str | None
) -> Listed:
    """The models that a server lists; none where it has no list, and one is `wanted` by name.

    `wait` says whether to ask again after a fault: a server may still be loading its model.
    """
    while True:
        try:
            held = ask()
            break
        except BackendDiedError as error:
            if not wait(error):
                raise
        except FtuiError as error:
            if wanted and " 404 " in error.message:
                return {}
            raise
    data = held.get("data") if isinstance(held, dict) else None
    if not isinstance(data, list):
        raise FtuiError(
            f"{address}/models gives no list of models",
            "an OpenAI-compatible server was expected: the address up to /v1",
        )
    return {each["id"]: each for each in data if isinstance(each, dict) and isinstance(each.get("id"), str)}


def meant(address: str, found: Listed, wanted: str | None) -> str:
    """The model by that name, or the first. Raises FtuiError where it is not served."""
    if wanted and found and wanted not in found:
        some = ", ".join(visible(each[:MOST_SHOWN]) for each in [*found][:8])
        raise FtuiError(
            f"{address} does not serve {wanted!r}{nearest(wanted, found)}",
            f"it serves {some}",
        )
    if not wanted and not found:
        raise FtuiError(f"{address} serves no model", "load one there, or name it: served_as")
    return wanted or next(iter(found))


def identity(kind: Kind, model: str, about: Mapping[str, Any]) -> dict[str, str | int]:
    """What tells this model from another under the same address, as far as the server tells."""
    meta = about.get("meta")
    held: dict[str, Any] = {"id": model, "root": about.get("root")}
    if isinstance(meta, dict):
        held |= {name: meta.get(name) for name in ("n_params", "size")}
    if kind is OLLAMA:  # elsewhere it is the moment of the answer
        held["created"] = about.get("created")
    return {name: value for name, value in held.items() if isinstance(value, str | int) and value}


def is_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether nothing that both tell differs: a router tells the size of a model only once it has loaded it."""
    return all(before[name] == value for name, value in now.items() if name in before)


def in_words(found: Mapping[str, Any]) -> str:
    """`smol.gguf, 96,576,768 bytes`."""
    size = found.get("size")
    name = PurePosixPath(str(found.get("id", ""))).name
    return visible(name[:MOST_SHOWN]) + (f", {size:,} bytes" if isinstance(size, int) else "")
