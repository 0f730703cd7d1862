"""Tests of the real Trainer skip, with a reason, where torch and transformers are not installed."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
MISSING = [name for name in ("torch", "transformers", "accelerate") if find_spec(name) is None]
needs_transformers = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: `make test-all` installs them where it can"
)
