"""Fixtures that several rooms share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import no_network

# A suite that a shell started in the background inherits an ignored SIGINT, and polars then takes it for itself.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Under nohup it inherits an ignored SIGHUP, and hands it on to the programs whose end it tests.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Shared cores: a slow example says nothing about the code. The same examples in every run of `make test`, so that a
# change is judged by what it changed; `make test-all` looks for new ones.
settings.register_profile("ftui", deadline=None, derandomize=True)
settings.register_profile("campaign", deadline=None)
settings.load_profile("ftui")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data files that stands beside a checkout on the build machine."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not on this machine")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def offline() -> Iterator[None]:
    """Every test runs with connections to other machines refused, and fails if it tried one."""
    no_network.refuse()
    before = len(no_network.attempts)
    yield
    tried = no_network.attempts[before:]
    assert not tried, f"tried to reach another machine: {tried}"
