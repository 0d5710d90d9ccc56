"""The book's explorables: one class each, alive with and without a kernel."""

from lib.explorables._base import REGISTRY, Explorable
from lib.explorables._traits import StateError
from lib.explorables.activation import ActivationExplorer
from lib.explorables.calibration import CalibrationExplorer
from lib.explorables.contrastive import ContrastiveExplorer
from lib.explorables.cross_entropy import CrossEntropyExplorer
from lib.explorables.diagnosis import DiagnosisExplorer
from lib.explorables.entropy import EntropyExplorer
from lib.explorables.gradient import GradientExplorer
from lib.explorables.guessing_game import GuessingGame
from lib.explorables.hinge import HingeExplorer
from lib.explorables.imbalance import ImbalanceExplorer
from lib.explorables.kl import KLExplorer
from lib.explorables.language_model import LanguageModelExplorer
from lib.explorables.log_loss import LogLossExplorer
from lib.explorables.loss_zoo import LossZooExplorer
from lib.explorables.optimizer import OptimizerExplorer
from lib.explorables.precision import PrecisionExplorer
from lib.explorables.schedule import ScheduleExplorer
from lib.explorables.softmax import SoftmaxExplorer
from lib.explorables.surprise import SurpriseExplorer
from lib.explorables.training import TrainingExplorer

__all__ = [
    "REGISTRY",
    "ActivationExplorer",
    "CalibrationExplorer",
    "ContrastiveExplorer",
    "CrossEntropyExplorer",
    "DiagnosisExplorer",
    "EntropyExplorer",
    "Explorable",
    "GradientExplorer",
    "GuessingGame",
    "HingeExplorer",
    "ImbalanceExplorer",
    "KLExplorer",
    "LanguageModelExplorer",
    "LogLossExplorer",
    "LossZooExplorer",
    "OptimizerExplorer",
    "PrecisionExplorer",
    "ScheduleExplorer",
    "SoftmaxExplorer",
    "StateError",
    "SurpriseExplorer",
    "TrainingExplorer",
]
