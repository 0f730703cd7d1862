"""Two processes train together, and only the first may want to stop. Started by the launcher of torch:

    python -m torch.distributed.run --standalone --nproc_per_node 2 -m tests.integrations.two_processes OUT file|verdict

Writes OUT/rank-N.json: the step at which each process came to its end, and what it says stopped it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    out, way = Path(sys.argv[1]), sys.argv[2]
    from torch import distributed
    from transformers import TrainerCallback

    from ftui.integrations.transformers import FtuiCallback, StopFileCallback
    from tests.integrations.tiny_run import tiny_trainer

    rank = int(os.environ["RANK"])

    class Asks(TrainerCallback):  # type: ignore[misc]
        """Writes the stop file in the midst of training, from the first process."""

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if rank == 0 and state.global_step == 10:
                (out / "stop").write_text("enough")

    if way == "file":
        ours, others = StopFileCallback(out / "stop"), [Asks()]
        learning: dict[str, Any] = {}
    else:
        ours, others = FtuiCallback(strict=True), []
        learning = {"learning_rate": 1e6, "max_grad_norm": 1e9, "logging_nan_inf_filter": False}
    # No last step: it ends because it is stopped, or the test runs into its time limit.
    trainer = tiny_trainer(out / "run", (ours, *others), max_steps=1_000_000, ddp_backend="gloo", **learning)
    trainer.train()
    said = {
        "step": trainer.state.global_step,
        "stopped_by": ours.stopped_by,
        "world": trainer.args.world_size,
    }
    (out / f"rank-{rank}.json").write_text(json.dumps(said))
    distributed.barrier()
    distributed.destroy_process_group()  # left to the interpreter's end, its threads abort the process at times


if __name__ == "__main__":
    main()
