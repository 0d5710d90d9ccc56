"""A loss among the numbers that it can stand at, and training runs with something wrong."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from lib.diagnosis import (
    CLASSES,
    LearningCurves,
    hidden_fault,
    loss_landmarks,
    nearest_landmarks,
    train_with_fault,
    unit_of,
)
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Choice, Distribution, Integer, Number
from lib.figures import draw_ruler, draw_training_curve, new_figure

MOST_EPOCHS = 25
#: Share of a landmark by which a loss that is at it may be off, and one that is near it.
NEAR, BESIDE = 0.003, 0.02
#: Landmarks from which losses stray: by chance, or since Keras cuts a label 0 elsewhere.
STRAYED = (
    *("uniform", "half", "softmax_twice", "sum", "smoothing", "frequencies"),
    *("single_unit", "below_2e-7"),
)
#: Cuts of which a loss may be half, and the share of one by which twice the loss may be off: in
#: Keras 2 that of a label 0 is a little lower than that of a label 1.
CUTS = {
    "below_2e-7": 0.012,
    "below_1e-12": 0.001,
    "below_1e-15": 0.001,
    "below_eps": 0.001,
    "below_100": 0.001,
}
#: Common numbers of classes, and a loss beyond every number of classes.
COMMON = (
    *(2, 3, 4, 5, 10, 20, 50, 100, 1000, 10_000),
    *(30_522, 32_000, 50_257, 100_277, 128_256, 151_936),
)
MOST_NATS = 100
#: What a loss in 32 bits is known to, however many digits are printed.
SINGLE = 1e-6
#: What a run may suffer from, and the words for it.
FAULTS = {
    "healthy": "nothing is wrong",
    "rate_too_large": "rate too large",
    "rate_too_small": "rate too small",
    "shuffled_labels": "labels shuffled",
    "leak": "labels leak",
    "softmax_twice": "softmax twice",
    "equal_weights": "equal weights",
    "overfitting": "too few samples",
    "dropout": "dropout",
}
#: What is written beside the landmarks in the printed figure.
NAMES = {
    "zero": "0",
    "softmax_twice": "softmax twice",
    "half": "ln 2",
    "uniform": "ln C",
    "base_10": "log₁₀ C",
    "base_2": "log₂ C",
    "sum": "sum of a batch",
    "probabilities": "−1/C",
    "sure": "−1",
    "single_unit": "−½ ln 2⁻²³",
    "below_2e-7": "−ln(2 · 10⁻⁷)",
    "below_1e-7": "−ln 10⁻⁷",
    "below_eps_float32": "−ln 2⁻²³",
    "below_1e-12": "−ln 10⁻¹²",
    "below_1e-15": "−ln 10⁻¹⁵",
    "below_eps": "−ln 2⁻⁵²",
    "below_tiny": "−ln 2⁻¹²⁶",
    "below_100": "100",
    "smoothing": "smoothed labels",
    "frequencies": "class frequencies",
}


class DiagnosisExplorer(Explorable):
    """A number on a screen and what it may mean, or a training run whose fault is to be named.

    Parameters
    ----------
    view : ``"ruler"`` or ``"curves"``.
    number : the loss that is to be explained.
    classes : C, the number of classes.
    smoothing : ε of the labels' smoothing.
    batch : how many samples a batch has.
    frequencies : whether the classes are ``"equal"`` or their shares are ``"given"``.
    shares : shares of the three commonest classes and of all others together. With two or three
        classes the last share is that of the last class.
    case : number of the run in the curves, whose fault it does not tell: `fault` does.
    epochs : epochs trained, 0 to 25.
    guess : what the reader says is wrong: ``"none"`` so far, or a name as `fault` has it.
    named : how many the reader has named in a row, 0 to 3.

    Examples
    --------
    >>> explorer = DiagnosisExplorer(number=2.31, classes=10)
    >>> explorer.landmarks(1)
    {'uniform': 2.302585092994046}
    """

    name = "diagnosis"
    title = "What a loss says"
    prompt = {
        "ruler": "Type the loss on your screen, or drag L along the ruler; read what it may mean.",
        "curves": "Let it train, and say what is wrong. A wrong guess shows its own curves.",
    }
    challenge = {
        "ruler": (
            "With ten classes, smooth the labels until their floor is within 0.02 nats of that of "
            "a second softmax: the number alone no longer tells them apart."
        ),
        "curves": "Name what is wrong with three runs in a row.",
    }
    solutions = [
        {"smoothing": 0.41},
        {"view": "curves", "case": 4, "guess": "leak", "named": 3, "epochs": 20},
    ]

    view = Choice(
        "ruler", {"ruler": "a number on the ruler", "curves": "a run with a fault"}, label="View"
    )
    number = Number(0.69, -100, 100_000, step=0.0001, label="Your loss")
    classes = Integer(10, 2, 200_000, label="Classes C")
    smoothing = Number(0, 0, 0.5, step=0.01, label="Label smoothing ε")
    batch = Integer(32, 1, 65_536, label="Batch")
    frequencies = Choice(
        "equal", {"equal": "equally frequent", "given": "of given shares"}, label="Classes are"
    )
    shares = Distribution(
        [0.5, 0.3, 0.1, 0.1],
        labels=["commonest class", "second", "third", "all others"],
        label="Shares of the classes",
    )
    case = Integer(1, 1, 198, label="Run number")
    epochs = Integer(10, 0, MOST_EPOCHS, label="Epochs trained")
    guess = Choice("none", {"none": "not said yet", **FAULTS}, label="What is wrong")
    named = Integer(0, 0, 3, label="Right in a row")

    @property
    def fault(self) -> str:
        """What is wrong with the run."""
        return hidden_fault(self.case)

    def curves(self) -> LearningCurves:
        """Return what the run has printed."""
        return _curves(self.fault, self.case, self.epochs)

    def landmarks(self, count: int | None = None) -> dict[str, float]:
        """Return the landmarks by name, nearest first; `count` of them, or all."""
        return nearest_landmarks(self.number, self._landmarks(), count=count or len(NAMES))

    def _landmarks(self) -> dict[str, float]:
        known = self.shares[: min(3, self.classes - 1)]
        return loss_landmarks(
            self.classes,
            label_smoothing=self.smoothing,
            batch_size=self.batch,
            shares=known if self.frequencies == "given" else None,
        )

    def _near(self) -> dict[str, float]:
        marks = self._landmarks()
        return nearest_landmarks(self.number, marks, count=len(marks), within=NEAR)

    def _beside(self) -> dict[str, float]:
        """Return the landmark that the number may have strayed from."""
        marks = {name: at for name, at in self._landmarks().items() if name in STRAYED}
        return {} if self._near() else nearest_landmarks(self.number, marks, within=BESIDE)

    @Quantity("landmarks within 0.3\u00a0%", decimals=0, tone="d", views=("ruler",))
    def near(self) -> float:
        """How many landmarks are so near to the reader's number that it may stand for them."""
        return len(self._near())

    @Quantity("knowing nothing, ln C", "nats", views=("ruler",))
    def chance(self) -> float:
        """The loss of giving all classes the same probability, in nats."""
        return self._landmarks()["uniform"]

    @Quantity("better than that by", "nats", scientific=True, views=("ruler",))
    def gain(self) -> float:
        """By how much the reader's number is below the loss of knowing nothing, in nats."""
        return self.chance - self.number

    @Quantity("training loss, solid", "nats", views=("curves",))
    def training_loss(self) -> float:
        """The training loss that the run has printed last, in nats."""
        return float(self.curves().training_loss[-1])

    @Quantity("validation loss, dashed", "nats", tone="q", views=("curves",))
    def validation_loss(self) -> float:
        """The validation loss that the run has printed last, in nats."""
        return float(self.curves().validation_loss[-1])

    @Quantity("training, right", decimals=3, views=("curves",))
    def training_accuracy(self) -> float:
        """The share of the training samples that is right, as printed last."""
        return float(self.curves().training_accuracy[-1])

    @Quantity("validation, right", decimals=3, tone="q", views=("curves",))
    def validation_accuracy(self) -> float:
        """The share of the validation samples that is right, as printed last."""
        return float(self.curves().validation_accuracy[-1])

    def describe(self) -> str:
        if self.view == "ruler":
            found = {**self._near(), **self._beside()}
            listed = "; ".join(f"{NAMES[k]}, {v:.4g}" for k, v in list(found.items())[:3])
            where = "at" if self._near() else "near, but not at," if found else "near no landmark"
            return (
                f"A ruler of losses with {self.classes} classes. The number {self.number:.4g} "
                f"is {f'{where} {listed}'.strip()}. It is {self._place()}."
            )
        return (
            f"Training run {self.case} after {counted(self.epochs, 'epoch')}: printed training "
            f"loss {self.training_loss:.2f}, validation loss {self.validation_loss:.2f} nats; "
            f"right {self.training_accuracy:.2f} and {self.validation_accuracy:.2f}. "
            f"Chance has {np.log(CLASSES):.2f} nats."
        )

    def _place(self) -> str:
        if -1 <= self.number <= -1 / self.classes:
            return "where a negative log-likelihood stands that was given probabilities"
        if self.number < 0:
            return "below 0, where no cross-entropy of labels from 0 to 1 is"
        if not self._near() and not self._beside() and (hint := self._hint()):
            return hint
        if self.gain < 0:
            return f"worse than knowing nothing by {-self.gain:.4g} nats"
        place = f"better than knowing nothing by {self.gain:.4g} nats"
        known = self._landmarks().get("frequencies", self.number)
        return f"{place}, but not than knowing the shares" if known < self.number else place

    def _hint(self) -> str:
        """Return what a loss that is near no landmark may be all the same."""
        marks = self._landmarks()
        for cut, off in CUTS.items():
            if nearest_landmarks(2 * self.number, {cut: marks[cut]}, within=off):
                return f"half of {NAMES[cut]}, with every second answer surely wrong"
        if self.batch > 1 and (n := _logarithm_at(self.number, [self.batch, 2 * self.batch - 1])):
            views = ", in two views each," if n > self.batch else ""
            return (
                f"near ln {n}, where a contrastive loss of a batch of {self.batch}{views} stands "
                "if all vectors coincide"
            )
        pairs = 2 * self.batch - 1
        if nearest_landmarks(0.7 * self.number, {"": float(np.log(pairs))}, within=0.001):
            return f"ln {pairs} times 0.1/0.07, as SupContrast prints if all vectors coincide"
        if classes := _classes_at(self.number):
            halves = ", or two losses of ln 2, as in a GAN" if classes == 4 else ""
            return f"near what knowing nothing of {classes} classes costs, ln {classes}{halves}"
        keras = (1 - 1 / self.classes) * marks["below_1e-7"]
        if nearest_landmarks(self.number, {"": keras}, within=NEAR):
            return "what Keras prints if one class is said to everything"
        return ""

    def figure(self) -> Any:
        if self.view == "ruler":
            figure, ax = new_figure(height=2)
            draw_ruler(ax, self.number, self._landmarks(), NAMES)
            return figure
        figure, (left, right) = new_figure(2, height=2.8)
        curves = self.curves()
        draw_training_curve(
            left, {"training loss": curves.training_loss, "validation": curves.validation_loss}
        )
        left.set_ylim(0, max(2.0, 1.1 * max(curves.training_loss)))
        draw_training_curve(
            right, {"training": curves.training_accuracy, "validation": curves.validation_accuracy}
        )
        right.set_ylim(0, 1.05)
        right.set_ylabel("share right")
        return figure


def _logarithm_at(loss: float, numbers: Sequence[int]) -> int | None:
    """Return which number's logarithm a loss is near: by half a percent, or if rounded."""
    unit = unit_of(loss)
    rounding = unit / 2 if unit < 1 else 0.0
    off = {n: abs(loss - np.log(n)) for n in numbers}
    near = [n for n in numbers if off[n] <= max(0.005 * np.log(n), rounding)]
    return min(near, key=off.__getitem__, default=None)


def _classes_at(loss: float) -> int | None:
    """Return whose logarithm a loss is near: a common number, or one hardly met by chance."""
    common = _logarithm_at(loss, COMMON)
    if common or not 0 < loss < MOST_NATS:
        return common
    n, unit = round(np.exp(loss)), max(unit_of(loss), SINGLE)
    met = n > 1 and n * unit <= 0.1 and abs(loss - np.log(n)) <= unit / 2
    return n if met else None


@lru_cache(maxsize=64)
def _curves(fault: str, case: int, epochs: int) -> LearningCurves:
    return train_with_fault(fault, case=case, epochs=epochs)
