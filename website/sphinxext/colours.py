"""Colour in formulas: the truth P, the prediction Q, the entropy H(P) and the divergence D(P‖Q)."""


def colour(tex: str) -> str:
    return tex
