"""The process that maps chunks: opens the dataset itself, then answers tasks until its pipe closes.

Nothing heavy is imported at the top: POLARS_MAX_THREADS must be set before polars is, or each worker would start a
thread a core and the workers would fight over them.
"""

from __future__ import annotations

import gc
import os
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.rules.rule import Context, Family


def main(connection: Connection) -> None:
    """Take a source, then the families with their context, then tasks; a closed pipe means that nobody waits."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        _serve(connection)
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return
    except BaseException:
        connection.send(("failed", traceback.format_exc()))
        raise


def _serve(connection: Connection) -> None:
    from ftui.rules import registry

    source = connection.recv()
    dataset: Dataset = source.open()
    connection.send(("ready", None))
    names, context = connection.recv()
    families: list[Family] = [family for family in registry.families(context.project) if family.name in names]
    gc.collect()
    gc.freeze()
    gc.disable()  # a chunk makes 200,000 objects without cycles: the collector would walk them again and again
    while True:
        number, task = connection.recv()
        connection.send(("mapped", (number, _map(dataset, task, families, context))))


def _map(dataset: Dataset, task: Any, families: list[Family], context: Context) -> Any:
    from ftui.rules.mapping import map_task

    return map_task(dataset.documents[task.info.file], task, families, context)
