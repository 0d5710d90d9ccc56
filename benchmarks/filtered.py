"""What a trainer logs when some losses are NaN: ``python -m benchmarks.filtered``.

Trains a model of one weight, whose losses are given, for ten steps with Hugging Face's `Trainer`,
and writes the means that it logs beside this file. The chapter on precision names these numbers.
Transformers is not in the lock: ``pip install transformers accelerate`` beforehand.
"""

import contextlib
import io
import json
import math
import tempfile
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")
GOOD, BAD = 2.0, math.nan

#: The losses of ten steps, and whether the trainer filters NaN, which it does unless told not to.
RUNS = {
    "four good, six NaN": ([GOOD] * 4 + [BAD] * 6, True),
    "six NaN, four good": ([BAD] * 6 + [GOOD] * 4, True),
    "ten NaN": ([BAD] * 10, True),
    "one good, nine NaN": ([GOOD] + [BAD] * 9, True),
    "ten good": ([GOOD] * 10, True),
    "four good, six NaN, no filter": ([GOOD] * 4 + [BAD] * 6, False),
}


def logged(losses: list[float], filtered: bool) -> float:
    """Return the loss that the trainer logs after as many steps as there are losses."""
    import torch
    from transformers import Trainer, TrainingArguments

    class Given(torch.nn.Module):
        """A model whose loss at each step is given."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(()))
            self.left = list(losses)

        def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"loss": 0 * self.weight + self.left.pop(0)}

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=len(losses),
            logging_steps=len(losses),
            logging_nan_inf_filter=filtered,
            per_device_train_batch_size=1,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
        )
        data = [{"x": torch.zeros(1)} for _ in losses]
        trainer = Trainer(model=Given(), args=arguments, train_dataset=data)
        trainer.train()
    return next(entry["loss"] for entry in trainer.state.log_history if "loss" in entry)


if __name__ == "__main__":
    found = {name: str(logged(*run)) for name, run in RUNS.items()}
    record = {"transformers": version("transformers"), "torch": version("torch"), "logged": found}
    FILE.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
