"""A user's radial function: derivatives, values at 0, errors, and edits against a warm cache."""

import json
import os
import subprocess
import sys
from math import inf
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from mpmath import mp, mpf
from numba import njit
from numba.core.errors import TypingError

import nbrbf_kernels
from nbrbf import Dual, DualArray, RBFInterpolator, jacobian, radial_function
from nbrbf_kernels.rbf import rsqrt
from nbrbf_kernels.rbf.assemble import fill
from nbrbf_kernels.rbf.radial_calls import phi, phi1, phi2
from tests.nbrbf import naive

HALF = 0.5


def stretched(s, rate):
    return 1.0 + rate * s


@radial_function(
    min_degree=-1,
    smoothness=inf,
    phi1_at_0=lambda k: -HALF * k.rate,
    phi2_at_0=lambda k: 0.75 * k.rate**2,
)
class RationalQuadratic(NamedTuple):
    rate: float

    def phi(self, s):
        return rsqrt(stretched(s, self.rate))


def exact(s, rate):
    """phi and its first two derivatives, from 40 digits."""
    with mp.workdps(40):
        s, rate = mpf(s), mpf(rate)
        v = 1 / mp.sqrt(1 + rate * s)
        return [float(t) for t in (v, -rate * v**3 / 2, 3 * rate**2 * v**5 / 4)]


@njit
def all_three(rate, s):
    k = RationalQuadratic(rate)
    return phi(k, s), phi1(k, s), phi2(k, s)


@pytest.mark.parametrize("rate, s", [(0.7, 0.3), (2.0, 5.0), (1e-3, 1e3), (0.7, 0.0)])
def test_derivatives_come_from_the_formula(rate, s):
    k = RationalQuadratic(rate)
    assert np.allclose(all_three(rate, s), exact(s, rate), rtol=1e-14)
    assert np.allclose([k.phi(s), k.phi1(s), k.phi2(s)], exact(s, rate), rtol=1e-14)


def interpolate(y, d, x, rate):
    """By NumPy, degree 0; any argument may be complex."""

    def matrix(a, b):
        difference = a[:, None, :] - b[None, :, :]
        return (1.0 + rate * (difference * difference).sum(axis=2)) ** -0.5

    ones = np.ones((len(y), 1))
    A = np.block([[matrix(y, y) + 0.01 * np.eye(len(y)), ones], [ones.T, np.zeros((1, 1))]])
    w = np.linalg.solve(A, np.append(d, 0.0))
    return matrix(x, y) @ w[:-1] + w[-1]


def problem():
    rng = np.random.default_rng(3)
    return rng.random((15, 2)), rng.random(15), rng.random((6, 2))


def test_values_and_the_derivative_by_the_parameter_through_the_fit():
    y, d, x = problem()

    def value(rate):
        return RBFInterpolator(y, d, smoothing=0.01, kernel=RationalQuadratic(rate))(x)

    assert np.allclose(value(2.5), interpolate(y, d, x, 2.5), rtol=1e-11)
    step = interpolate(y, d, x, 2.5 + 1j * naive.STEP).imag / naive.STEP
    assert np.allclose(jacobian(value, 2.5), step, rtol=1e-10, atol=1e-11)


def test_parameter_points_and_evaluation_points_together():
    y, d, x = problem()
    rng = np.random.default_rng(4)
    dy, dx = rng.standard_normal((1, 15, 2)), rng.standard_normal((1, 6, 2))
    k = RationalQuadratic(Dual(2.5, (0.3,)))
    f = RBFInterpolator(DualArray(y, dy), d, smoothing=0.01, kernel=k)
    step = 1j * naive.STEP
    moved = interpolate(y + step * dy[0], d, x + step * dx[0], 2.5 + 0.3 * step)
    result = f(DualArray(x, dx))
    assert np.allclose(result.partials[0], moved.imag / naive.STEP, rtol=1e-10, atol=1e-11)


def test_what_cannot_be_a_radial_function_is_refused():
    class Unregistered(NamedTuple):
        rate: float

    y, d, _ = problem()
    with pytest.raises(ValueError, match=r"registered with nbrbf.radial_function, got Unreg"):
        RBFInterpolator(y, d, kernel=Unregistered(1.0))
    with pytest.raises(TypeError, match=r"kernel.rate` must be a real number or a Dual"):
        RBFInterpolator(y, d, kernel=RationalQuadratic(np.ones(2)))
    register = radial_function(min_degree=0, smoothness=1)
    with pytest.raises(TypeError, match=r"a NamedTuple class with a method phi\(self, s\)"):
        register(Unregistered)
    with pytest.raises(ValueError, match="min_degree must be an integer from -1 on, got -2"):
        radial_function(min_degree=-2, smoothness=1)
    with pytest.raises(ValueError, match="smoothness must be at least 0, got -1"):
        radial_function(min_degree=0, smoothness=-1)

    table = {"a": 1.0}

    class Looks(NamedTuple):
        def phi(self, s):
            return table["a"] * s

    with pytest.raises(TypeError, match="got table, a dict"):
        register(Looks)


# FACTOR is a global the formula refers to, `inside` a function that it calls.
USERS_FILE = """
from math import inf
from typing import NamedTuple
import numpy as np
import nbrbf
FACTOR = {factor}
def inside(s):
    return {inside} * s
@nbrbf.radial_function(min_degree=-1, smoothness=inf)
class Mine(NamedTuple):
    rate: float
    def phi(self, s):
        return {formula}
"""

JOB = """
import json
import numpy as np
from mine import Mine
from nbrbf_kernels.rbf.assemble import fill
A, x = np.empty((2, 2)), (np.array([0.0, 1.0]),)
fill(Mine(1.0), x, A, False)
print(json.dumps([A[0, 1], sum(fill.stats.cache_misses.values())]))
"""


def run(folder, **edit):
    parts = {"factor": 2.0, "inside": 1.0, "formula": "FACTOR * np.exp(-self.rate * inside(s))"}
    (folder / "mine.py").write_text(USERS_FILE.format(**{**parts, **edit}))
    root = Path(nbrbf_kernels.__file__).parent.parent
    path = os.pathsep.join([str(folder), str(root), str(root.parent)])
    environment = {**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", JOB],
        env=environment, capture_output=True, text=True, check=True, cwd=folder,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_an_edit_of_the_users_code_is_never_answered_from_the_cache(tmp_path):
    first = run(tmp_path)
    assert first == [pytest.approx(2.0 * np.exp(-1.0), rel=1e-14), 1]
    assert run(tmp_path) == [first[0], 0]
    assert run(tmp_path, factor=3.0) == [pytest.approx(3.0 * np.exp(-1.0), rel=1e-14), 1]
    assert run(tmp_path, inside=2.0) == [pytest.approx(2.0 * np.exp(-2.0), rel=1e-14), 1]
    changed = run(tmp_path, formula="FACTOR * np.exp(-self.rate * inside(s) * 3.0)")
    assert changed == [pytest.approx(2.0 * np.exp(-3.0), rel=1e-14), 1]
    assert run(tmp_path) == [first[0], 0]


def test_an_edit_in_the_same_session_is_seen():
    def value(factor):
        @radial_function(min_degree=-1, smoothness=inf)
        class Bell(NamedTuple):
            rate: float

            def phi(self, s):
                return factor * np.exp(-self.rate * s)

        k, out = Bell(rate=0.5), np.empty((2, 2))
        assert repr(k) == "Bell(rate=0.5)"
        fill(k, (np.array([0.0, 1.0]),), out, False)
        return out[0, 0]

    assert [value(2.0), value(3.0), value(2.0)] == [2.0, 3.0, 2.0]


def test_a_derived_class_is_not_taken_for_the_registered_one():
    @radial_function(min_degree=-1, smoothness=inf)
    class Bell(NamedTuple):
        rate: float

        def phi(self, s):
            return np.exp(-self.rate * s)

    class Wider(Bell):
        pass

    assert (repr(Bell(2.0)), repr(Wider(2.0))) == ("Bell(rate=2.0)", "Wider(rate=2.0)")
    fill(Bell(2.0), (np.zeros(2),), np.empty((2, 2)), False)
    with pytest.raises(TypingError):
        fill(Wider(2.0), (np.zeros(2),), np.empty((2, 2)), False)


def test_a_repr_of_the_users_own_stays():
    @radial_function(min_degree=-1, smoothness=inf)
    class Bell(NamedTuple):
        def phi(self, s):
            return np.exp(-s)

        def __repr__(self):
            return "mine"

    assert repr(Bell()) == "mine"
