"""Orders of the table that the findings give; orders by what the rows say come from the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ftui.tui.desk.order import Order, PickedOrder

if TYPE_CHECKING:
    from ftui.tui.desk.found import Found

Sort = Literal["file", "findings", "length", "prompt", "answer"]


def sorted_order(order: Order, sort: Sort, found: Found) -> Order:
    """The rows of an order, those with most findings first; errors before warnings; else as they were."""
    if sort != "findings":
        return order
    import numpy as np

    files, rows, weights = [], [], []
    for file, run, _ in order.columns():
        column = np.asarray(run, dtype=np.int64)
        files.append(np.full(len(column), file, dtype=np.int32))
        rows.append(column)
        weights.append(found.weights(file, column))
    if not rows:
        return order
    ranks = np.argsort(-np.concatenate(weights), kind="stable")
    return PickedOrder(np.concatenate(files)[ranks], np.concatenate(rows)[ranks])
