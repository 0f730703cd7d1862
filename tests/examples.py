"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_CAMPAIGN = 20


def examples(few: int) -> settings:
    """The same few in every run of `make test`; in the campaign of `make test-all` twenty times as many new ones."""
    campaign = not settings().derandomize
    return settings(
        max_examples=few * (_CAMPAIGN if campaign else 1),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
