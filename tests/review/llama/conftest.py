"""A running backend, and llama.cpp itself to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftui.review.backends.llama.handle import LlamaBackend
from tests.review.llama.bare_loop import BareModel

Open = Callable[..., LlamaBackend]


@pytest.fixture(scope="module")
def backend(smol: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaBackend]:
    """The test model with room for 1024 tokens, decoding at most four samples together."""
    log = tmp_path_factory.mktemp("logs") / "smol.log"
    found = LlamaBackend(smol, context=1024, threads=1, width=4, log=log)
    yield found
    found.close()


@pytest.fixture
def opened(smol: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens backends of the test model (or another file) that are closed after the test."""
    backends: list[LlamaBackend] = []

    def open_one(gguf: Path = smol, adapter: Path | None = None, **options: Any) -> LlamaBackend:
        settings = {"context": 1024, "threads": 1, "width": 4, **options}
        backends.append(LlamaBackend(gguf, adapter, log=tmp_path / "engine.log", **settings))
        return backends[-1]

    yield open_one
    for each in backends:
        each.close()


@pytest.fixture(scope="module")
def bare(smol: Path) -> Iterator[BareModel]:
    """The test model in this process."""
    found = BareModel(smol)
    yield found
    found.close()
