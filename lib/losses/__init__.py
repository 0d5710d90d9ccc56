"""Loss functions and their gradients.

Predictions come first and targets second; options are keywords. Every loss takes a `reduction` and
agrees with PyTorch's function of the same name. ``<name>_grad`` has the signature of the loss and
returns its derivative with respect to the first argument, or a tuple of derivatives where the loss
compares two or three inputs.

A gradient of the ``"mean"`` carries the 1/N of the mean. With ``"none"`` it holds each sample's own
gradient, which is what ``"sum"`` gives. At a kink the choice is PyTorch's.
"""

from lib.losses import classification, fused, margin, metric, regression, sequence, variants
from lib.losses.classification import *
from lib.losses.fused import *
from lib.losses.margin import *
from lib.losses.metric import *
from lib.losses.regression import *
from lib.losses.sequence import *
from lib.losses.variants import *

__all__ = [
    name
    for module in (regression, classification, fused, margin, metric, sequence, variants)
    for name in vars(module)["__all__"]
]
