"""Which solver a fit uses, and that nothing but the rounding depends on it."""

from math import inf
from typing import NamedTuple

import numpy as np
import pytest

import nbrbf
from nbrbf import Dual, DualArray, RBFInterpolator
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf import naive
from tests.nbrbf.test_interpolator import exact, points, values

KERNELS = sorted(naive.PHI)


@nbrbf.radial_function(min_degree=-1, smoothness=inf, phi1_at_0=0.5)
class NotDefinite(NamedTuple):
    """A multiquadric of the wrong sign, whatever its properties say."""

    def phi(self, s):
        return np.sqrt(1.0 + s)


@pytest.mark.parametrize("kernel", KERNELS)
def test_auto_is_cholesky_where_it_may_be(kernel):
    y, least = points(40, 2), RADIAL_FUNCTIONS[kernel].min_degree
    for degree in range(-1, 4):
        options = {"kernel": kernel, "epsilon": 7.0, "degree": degree}
        if -1 < degree < least:
            continue  # warns
        admissible = degree >= least
        for smoothing in (0.0, 0.1):
            f = RBFInterpolator(y, values(y), smoothing=smoothing, **options)
            assert f.solver_used == ("cholesky" if admissible else "lu")
        smoothing = np.full(40, 0.1)
        smoothing[7] = -1e-6
        f = RBFInterpolator(y, values(y), smoothing=smoothing, **options)
        assert f.solver_used == "lu"


def test_forced():
    y = points(30, 2)
    assert RBFInterpolator(y, values(y), solver="lu").solver_used == "lu"
    assert RBFInterpolator(y, values(y), solver="cholesky").solver_used == "cholesky"
    refused = pytest.raises(np.linalg.LinAlgError, match="degree 1 or more, got -1, and no neg")
    with refused:
        RBFInterpolator(y, values(y), solver="cholesky", degree=-1)
    with pytest.raises(np.linalg.LinAlgError, match=r"no negative `smoothing`, got -0\.5"):
        RBFInterpolator(y, values(y), solver="cholesky", smoothing=-0.5)
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite, to rounding"):
        RBFInterpolator(y, values(y), solver="cholesky", kernel=NotDefinite(), epsilon=1.0)
    with pytest.raises(np.linalg.LinAlgError, match=r"full column rank \(2/3\)"):
        RBFInterpolator(y * [1.0, 0.0], values(y), solver="cholesky")


@pytest.mark.parametrize("kernel", ["gaussian", "thin_plate_spline"])
def test_forced_on_points_that_are_not_finite(kernel):
    y = points(30, 2)
    y[3, 1] = np.nan
    with pytest.raises(np.linalg.LinAlgError, match="needs points `y` that are finite"):
        RBFInterpolator(y, values(points(30, 2)), kernel=kernel, epsilon=4.0, solver="cholesky")


def test_lu_takes_over():
    y, x = points(30, 2), points(9, 2, seed=1)
    f = RBFInterpolator(y, values(y), kernel=NotDefinite(), epsilon=4.0)
    assert f.solver_used == "lu"
    assert np.allclose(f(y), values(y), rtol=1e-9, atol=1e-9)
    # A flat Gaussian: singular to rounding.
    f = RBFInterpolator(y, values(y), kernel="gaussian", epsilon=0.1)
    assert f.solver_used == "lu"
    assert f.rcond < 1e-15
    d = values(y)
    d[3] = np.nan
    assert np.isnan(RBFInterpolator(y, d)(x)).all()
    y[3] = np.nan
    f = RBFInterpolator(y, values(points(30, 2)))
    assert f.solver_used == "lu"
    assert np.isnan(f(x)).all()


@pytest.mark.parametrize(
    ("kernel", "epsilon"),
    [("gaussian", 2.0), ("thin_plate_spline", 1.0), ("multiquadric", 1.0), ("quintic", 1.0)],
)
def test_cholesky_is_as_close_to_50_digits_as_lu(kernel, epsilon):
    errors = np.zeros(2)
    for seed in range(6):
        y, x = points(25, 2, seed), points(8, 2, seed + 100)
        truth = exact(kernel, y, values(y), x, int(epsilon))
        for k, solver in enumerate(("cholesky", "lu")):
            f = RBFInterpolator(y, values(y), kernel=kernel, epsilon=epsilon, solver=solver)
            assert f.solver_used == solver
            # Their logarithms: one system that is worse than the others counts no more.
            errors[k] += np.log10(np.abs(f(x) - truth).max()) / 6
    assert errors[0] < errors[1] + 0.5


def both(kernel, y, d, **options):
    """The two interpolants, of a shape parameter that makes the system well conditioned."""
    options = {"kernel": kernel, "epsilon": 4.0, **options}
    pair = [RBFInterpolator(y, d, solver=solver, **options) for solver in ("cholesky", "lu")]
    assert [f.solver_used for f in pair] == ["cholesky", "lu"]
    return pair


def agree(a, b, what):
    a, b = ((u.value, u.partials) if isinstance(u, (Dual, DualArray)) else (u,) for u in (a, b))
    for u, v in zip(a, b, strict=True):
        scale = max(np.abs(v).max(initial=0.0), 1.0)
        assert np.abs(np.asarray(u) - v).max(initial=0.0) <= 1e-8 * scale, what


@pytest.mark.parametrize("kernel", KERNELS)
def test_everything_else_is_the_same(kernel):
    y, x, rng = points(30, 2), points(9, 2, seed=1), np.random.default_rng(3)
    d, smoothing = rng.normal(size=(30, 2)), rng.uniform(0.01, 0.1, 30)
    f, g = both(kernel, y, d, smoothing=smoothing, epsilon=[4.0, 5.0])
    bar, tangents = (
        rng.normal(size=(9, 2)),
        {"dy": rng.normal(size=(30, 2)), "depsilon": rng.normal(size=2)},
    )
    tangents |= {"dd": rng.normal(size=(30, 2)), "dsmoothing": rng.normal(size=30)}
    agree(f(x), g(x), "values")
    agree(f._coeffs, g._coeffs, "weights")
    agree(f.gradient(x), g.gradient(x), "gradient")
    agree(f.hessian(x), g.hessian(x), "hessian")
    for name, a, b in zip(f.vjp(x, bar)._fields, f.vjp(x, bar), g.vjp(x, bar), strict=True):
        agree(a, b, name) if name != "kernel" else None
    agree(f.jvp(x, **tangents)[1], g.jvp(x, **tangents)[1], "jvp")
    agree(f.operator(x).rmatvec(bar[:, 0]), g.operator(x).rmatvec(bar[:, 0]), "operator")
    agree(f.with_values(d[:, 1])(x), g.with_values(d[:, 1])(x), "with_values")


@pytest.mark.parametrize("kernel", ["gaussian", "thin_plate_spline", "quintic"])
def test_duals_are_the_same(kernel):
    rng = np.random.default_rng(4)
    y, x, d = points(30, 2), points(9, 2, seed=1), rng.normal(size=30)
    y, d, smoothing = (
        DualArray(a, rng.normal(size=(2, *a.shape))) for a in (y, d, np.full(30, 0.05))
    )
    f, g = both(kernel, y, d, smoothing=smoothing)
    agree(f(x), g(x), "values")
    for name, a, b in zip(f.vjp(x, f(x))._fields, f.vjp(x, f(x)), g.vjp(x, g(x)), strict=True):
        agree(a, b, name) if name != "kernel" else None
    agree(f.with_values(d.value)(x), g.with_values(d.value)(x), "with_values")


def test_pickled_with_its_solver():
    import pickle

    y = points(30, 2)
    for f in both("gaussian", y, values(y)):
        g = pickle.loads(pickle.dumps(f))
        assert (g.solver_used, g.rcond) == (f.solver_used, f.rcond)


def test_the_least_degree_is_part_of_what_is_compiled():
    def with_degree(least):
        @nbrbf.radial_function(min_degree=least, smoothness=inf, phi1_at_0=-1.0)
        class Bell(NamedTuple):
            def phi(self, s):
                return np.exp(-s)

        y = points(20, 2)
        options = {"kernel": Bell(), "epsilon": 7.0, "degree": -1}
        return RBFInterpolator(y, values(y), **options).solver_used

    assert (with_degree(-1), with_degree(0)) == ("cholesky", "lu")
