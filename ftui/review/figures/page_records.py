"""What is known of a model on one page: of a watched run the review keeps only the last checkpoint's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DIGITS = 16


def of_page(record: Mapping[str, Any], page: str, weights: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The record with the adapter and the file that gave the page's samples; `weights` as the store has them."""
    if not page or weights is None or record.get("page", page) == page:
        return record
    digest = weights["sha256"]
    own = {**record, **weights}
    if digest and digest != record.get("sha256"):
        own["gguf"] = f"sha256 {digest[:_DIGITS]}"  # the samples hold no path of it
    return own
