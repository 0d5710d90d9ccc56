# The cell of a stock notebook: the benchmark's surface with `interact` and matplotlib.
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact

a, b = np.meshgrid(*[np.linspace(-4, 12, 64)] * 2)
c, d = np.meshgrid(*[np.linspace(-4, 12, 10)] * 2)


def show(right):
    loss = np.logaddexp(np.logaddexp(right, a), b) - right
    total = np.logaddexp(np.logaddexp(right, c), d)
    plt.figure(figsize=(5, 5))
    plt.imshow(loss, origin="lower", extent=(-4, 12, -4, 12), vmin=0, vmax=10)
    plt.colorbar(label="nats")
    plt.contour(a, b, loss, levels=[0.01, 0.5, 1, 2, 4, 6, 8], colors="k", linewidths=0.8)
    plt.quiver(c, d, -np.exp(c - total), -np.exp(d - total))
    plt.xlabel("score of the dog")
    plt.ylabel("score of the horse")
    plt.show()


interact(show, right=FloatSlider(value=3.2, min=-4, max=12, step=0.1))
