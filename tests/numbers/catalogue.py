"""The numbers in the catalogue of losses that the comparison with PyTorch does not cover."""

from lib.losses import cosine_embedding_loss, mse_loss, softmax_cross_entropy

PREDICTIONS = [0.5939, 0.8272, 0.7765, 0.7223, 0.5796]
TARGETS = [0.7467, 0.0961, 0.0630, 0.3596, 0.3448]
LOGITS = [[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]]

NUMBERS = [
    ('{value:.4f}") # 0.2507', mse_loss(PREDICTIONS, TARGETS), "0.2507"),
    ('{value:.4f}") # 1.2536', 5 * mse_loss(PREDICTIONS, TARGETS), "1.2536"),
    (" # 1.8716", softmax_cross_entropy(LOGITS, [2, 1]), "1.8716"),
    ("the largest loss, 2, and a", cosine_embedding_loss([[1.0, 0]], [[-1.0, 0]], [1]), "2"),
]
