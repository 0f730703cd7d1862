"""Fixtures that several rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Shared cores: a slow example says nothing about the code.
settings.register_profile("ftui", deadline=None)
settings.load_profile("ftui")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data files that stands beside a checkout on the build machine."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not on this machine")
    return SHARED_DATA
