"""What every bridge is tested on, and what to expect: the reverse mode of nbrbf itself."""

import numpy as np

from nbrbf import RBFInterpolator

rng = np.random.default_rng(0)

# The example that started it: values sin(x) at 30 random points of the plane.
POINTS, TARGETS = rng.uniform(-1, 1, (30, 2)), rng.uniform(-1, 1, (10, 2))
VALUES = np.sin(POINTS[:, 0])
EXAMPLE = (POINTS, VALUES, TARGETS, 0.01, 1.5)

# Few enough for second derivatives by every entry; SMALL[1] is real, COMPLEX[1] complex.
y, x = rng.normal(size=(6, 2)), rng.normal(size=(3, 2))
SMALL = (y, rng.normal(size=6), x, 0.1, 0.8)
COMPLEX = (y, rng.normal(size=6) + 1j * rng.normal(size=6), x, 0.1, 0.8)
DIRECTION = tuple(rng.normal(size=np.shape(a)) for a in SMALL)
C = rng.normal(size=3) + 1j * rng.normal(size=3)


def gradient_of_squares(y, d, x, smoothing, epsilon, **options):
    """Of sum(f(x)^2), by every input."""
    f = RBFInterpolator(y, d, smoothing=smoothing, epsilon=epsilon, **options)
    return f.vjp(x, 2 * f(x))[:5]
