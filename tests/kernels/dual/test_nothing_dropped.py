"""Every function that NumPy lets dual numbers into: it has the derivative, or it refuses.

All ufuncs and all functions that NumPy dispatches are walked, those of later versions of NumPy
too: what is not in the tables here must raise TypeError.
"""

import warnings

import numpy as np
import pytest
from numpy.testing.overrides import get_overridable_numpy_array_functions

from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.dual.protocol import FUNCTIONS, UFUNCS
from nbrbf_kernels.dual.values import WITHOUT_DERIVATIVE
from tests.kernels.dual.differences import agrees_with_differences, entries, slopes, spread

rng = np.random.default_rng(12)
NUMPYS = sorted({f for f in vars(np).values() if isinstance(f, np.ufunc)}, key=lambda f: f.__name__)
MATRICES = {"matmul": ((3, 3), (3, 3)), "matvec": ((3, 3), (3,)), "vecmat": ((3,), (3, 3))}
RANGES = {"arccosh": (1.2, 1.8)}


def operands(ufunc, scalar):
    shapes = MATRICES.get(ufunc.__name__, ((4,),) * ufunc.nin)
    low, high = RANGES.get(ufunc.__name__, (0.2, 0.8))
    for shape in [()] * ufunc.nin if scalar else shapes:
        value, partial = rng.uniform(low, high, shape), rng.uniform(-1, 1, shape)
        yield Dual(value, (partial,)) if scalar else DualArray(value, [partial])


@pytest.mark.parametrize("ufunc", NUMPYS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("scalar", [False, True])
def test_every_ufunc_differentiates_refuses_or_answers_yes_or_no(ufunc, scalar):
    args = list(operands(ufunc, scalar))
    if ufunc not in UFUNCS:
        with pytest.raises(TypeError, match=rf"numpy\.{ufunc.__name__} does not take dual numbers"):
            ufunc(*args)
        return
    if scalar and ufunc.signature:
        with pytest.raises(ValueError, match="dimension"):
            ufunc(*args)
        return
    results = entries(ufunc(*args))
    plain = [result for result in results if not isinstance(result, (Dual, DualArray))]
    assert all(np.asarray(result).dtype.kind in "biu" for result in plain)
    if len(plain) == len(results):
        return
    # A small step: some of the functions have kinks near.
    for result, slope in zip(results, slopes(ufunc, args, 0, 1e-4), strict=True):
        if isinstance(result, (Dual, DualArray)):
            np.testing.assert_allclose(result.partials[0], slope, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("ufunc", NUMPYS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat", "outer", "at"])
def test_every_method_of_ufuncs_differentiates_or_refuses(ufunc, method):
    if ufunc.nin != 2 or ufunc.signature:
        return
    a = DualArray([0.3, 0.8, 0.5], [[1.0, -2.0, 4.0]])
    extra = {"reduceat": ([0, 2],), "outer": (a,), "at": ([0], a[:1])}.get(method, ())
    try:
        with warnings.catch_warnings(action="ignore"):
            result = getattr(ufunc, method)(a, *extra)
    except (TypeError, ValueError):
        return
    if isinstance(result, (Dual, DualArray)):
        slope = slopes(getattr(ufunc, method), (a, *extra), 0, 1e-4)[0]
        np.testing.assert_allclose(result.partials[0], slope, rtol=1e-9, atol=1e-10)
    else:
        assert result.dtype == bool


def dual(*shape):
    return spread(rng, *shape)


def near_identity(*shape):
    return np.eye(shape[-1]) * 3.0 + 0.1 * dual(*shape)


v, w, m, t = dual(5), dual(5), dual(3, 4), dual(2, 3, 4)
c = near_identity(3, 3)
spd = c + np.transpose(c)
x, knots = v + 0.15, DualArray([-0.19, 1.2, 2.6, 4.1, 5.5], rng.uniform(-1, 1, (2, 5)))
holes = np.where(np.arange(5) == 2, np.nan, 1.0) * v
scalar = Dual(0.26, (1.0, -2.0))
fft = np.fft
linalg = np.linalg

# function: arguments, or several of them in a list
CASES = {
    np.sum: (t,),
    np.mean: (t,),
    np.prod: (t[0],),
    np.max: (t,),
    np.amax: (t,),
    np.min: (t,),
    np.amin: (t,),
    np.ptp: (t, 1),
    np.var: (t, 0),
    np.std: (t, 2),
    np.median: (t, 1),
    np.average: [(m, 0), (m, 0, dual(3) + 9.0), (m, None, np.ones((3, 4)))],
    np.cumsum: (t, 1),
    np.cumprod: (m, 1),
    np.trapezoid: [(m,), (m, w[:4]), (m, None, scalar, 0), (np.ones((3, 4)), dual(3, 4))],
    np.nansum: (v,),
    np.nanprod: (v,),
    np.nancumsum: (v,),
    np.nancumprod: (v,),
    np.nanmean: (v,),
    np.nanmax: (v,),
    np.nanmin: (v,),
    np.sort: [(m,), (m, None), (m, 0)],
    np.partition: (v, 2),
    np.diff: [(m,), (m, 2, 0), (v, 1, -1, scalar, 2.0)],
    np.ediff1d: [(v,), (v, scalar, 1.0)],
    np.gradient: [(v,), (v, 0.5), (m,)],
    np.trace: [(m,), (t, 1, 0, 2)],
    linalg.trace: (t,),
    np.reshape: (t, (4, 6)),
    np.ravel: (t,),
    np.transpose: (t, (1, 2, 0)),
    np.moveaxis: (t, 0, -1),
    np.rollaxis: (t, 2),
    np.swapaxes: (t, 0, 2),
    np.matrix_transpose: (t,),
    linalg.matrix_transpose: (t,),
    np.squeeze: (t[:1],),
    np.expand_dims: (t, (0, -1)),
    np.flip: [(t,), (t, 1)],
    np.fliplr: (m,),
    np.flipud: (m,),
    np.rot90: (m,),
    np.roll: [(t, 2), (t, 1, 1)],
    np.split: (v, [2, 3]),
    np.array_split: (v, 2),
    np.hsplit: (m, 2),
    np.vsplit: (t, 2),
    np.dsplit: (t, 2),
    np.atleast_1d: [(scalar,), (v, m, 1.0)],
    np.atleast_2d: (v,),
    np.atleast_3d: (v,),
    np.tril: (m, -1),
    np.triu: (m,),
    np.diag: [(v,), (m, 1)],
    np.diagflat: (m,),
    np.diagonal: (t,),
    linalg.diagonal: (t,),
    np.repeat: [(v, 2), (m, [1, 0, 2], 0)],
    np.tile: (m, (2, 1, 2)),
    np.resize: (v, (3, 4)),
    np.take: [(v, [3, 0, 3]), (m, 1, 0)],
    np.take_along_axis: (m, np.array([[0], [3], [1]]), 1),
    np.delete: (v, 1),
    np.pad: [(v, 2), (m, 1, "reflect"), (m, ((1, 0), (2, 1)), "mean")],
    np.insert: [(v, 2, scalar), (v.value, [0, 1], v[:2])],
    np.append: [(v, [1.0, 2.0]), (1.0, v)],
    np.compress: ([True, False, True], m, 0),
    np.extract: ([True, False, True, True, False], v),
    np.broadcast_to: (m, (2, 3, 4)),
    np.broadcast_arrays: (m, w[:4], 1.0),
    np.meshgrid: [(v, w[:2]), (v, [1.0, 2.0])],
    np.concatenate: [((m, np.ones((2, 4)), m),), ((m, v), None)],
    np.stack: ((v, w), 1),
    np.vstack: ((v, np.ones(5)),),
    np.hstack: ((v, scalar, 1.0),),
    np.dstack: ((m, m),),
    np.column_stack: ((v, w),),
    np.block: ([[c, np.ones((3, 1))], [np.ones((1, 3)), scalar]],),
    np.linspace: [(scalar, 1.0, 5), (0.0, w[:2], 4, False)],
    np.bincount: ([0, 1, 1, 3, 0], v),
    np.copy: (t,),
    np.where: (v.value > 0, v, scalar),
    np.select: ([v.value > 0.3, v.value > -0.3], [v, w], scalar),
    np.clip: [(v, -0.4, scalar), (v, None, 0.5)],
    np.round: (x,),
    np.around: (x,),
    np.fix: (v,),
    np.nan_to_num: (v,),
    np.interp: [(x, knots, w), (x, knots, w, scalar, 7.0), (x.value, knots.value - 1.0, w)],
    np.real: (m,),
    np.imag: (m * (1 + 2j),),
    np.dot: [(v, w), (m, np.ones((4, 2)))],
    np.vdot: (v, w),
    np.inner: (m, m),
    np.outer: (v, w),
    np.kron: (v, m),
    np.tensordot: (m, t, ([0, 1], [1, 2])),
    np.cross: (c, dual(3)),
    np.convolve: (v, w[:2]),
    np.correlate: (v, w, "same"),
    np.polyval: [([scalar, 2.0, -1.0], v), (v, 0.5), (np.ones(3), scalar)],
    np.einsum: ("i,ij,ij->j", dual(3), m, m),
    linalg.cross: (c, c),
    linalg.vecdot: (m, w[:4]),
    linalg.matmul: (t, dual(4, 2)),
    linalg.outer: (v, w),
    linalg.tensordot: (m, t[0]),
    linalg.multi_dot: ([dual(2, 3), m, np.ones((4, 3)), dual(3)],),
    linalg.solve: [(c, dual(3)), (c, dual(3, 2)), (near_identity(2, 3, 3), m)],
    linalg.inv: (near_identity(2, 3, 3),),
    linalg.det: (near_identity(2, 3, 3),),
    linalg.slogdet: (near_identity(2, 3, 3),),
    linalg.cholesky: (spd,),
    linalg.matrix_power: [(c, 3), (c, -2), (c, 0), (c, 1)],
    linalg.norm: [(v,), (t, None, 1), (m,)],
    linalg.vector_norm: [(m,)],
    linalg.matrix_norm: (t,),
    fft.fft: (v,),
    fft.ifft: (m, 6, 0),
    fft.rfft: (v,),
    fft.irfft: (v,),
    fft.hfft: (v,),
    fft.ihfft: (v,),
    fft.fftshift: (v,),
    fft.ifftshift: (v,),
    np.zeros_like: (m,),
    np.ones_like: (m,),
    np.full_like: (m, 3.0),
}
CASES |= {
    f: (m,)
    for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
    for f in (getattr(fft, name),)
}
if hasattr(np, "unstack"):
    CASES[np.unstack] = (m,)
# Tested in the files of their own.
ELSEWHERE = {np.empty_like, np.copyto, np.fill_diagonal, *WITHOUT_DERIVATIVE}


def name_of(f):
    return f"{f.__module__}.{f.__name__}"


@pytest.mark.parametrize("f", CASES, ids=name_of)
def test_the_derivative_is_right(f):
    for args in CASES[f] if isinstance(CASES[f], list) else [CASES[f]]:
        agrees_with_differences(f, *args)


def test_every_supported_function_is_tested():
    assert FUNCTIONS.keys() == CASES.keys() | ELSEWHERE


ARGUMENTS = [
    (v,),
    (c,),
    (v, v),
    (c, c),
    ([v, v],),
    (v, 1),
    (1, v),
    (v.value, v),
    ([True] * 5, v),
    (v, v, v),
    (v.value, v.value, v),
    (3, v),
    (v, 0, v),
    (1.0, v, 3),
]


def shifted(x):
    """The same with other values in the dual numbers."""
    if isinstance(x, (list, tuple)):
        return type(x)(shifted(entry) for entry in x)
    return x + 0.07 if isinstance(x, (Dual, DualArray)) else x


@pytest.mark.parametrize(
    "f", sorted(get_overridable_numpy_array_functions(), key=name_of), ids=name_of
)
def test_no_other_function_takes_dual_numbers(f):
    """And where it does not look for them, what it returns does not depend on their values."""
    if f in FUNCTIONS:
        return
    with pytest.raises(TypeError, match=rf"{f.__name__} does not take dual numbers"):
        v.__array_function__(f, (DualArray,), (v,), {})
    for args in ARGUMENTS:
        try:
            with warnings.catch_warnings(action="ignore"):
                result, other = f(*args), f(*shifted(args))
        except (TypeError, ValueError, AttributeError):
            continue
        if f is not np.empty:
            for one, two in zip(entries(result), entries(other), strict=True):
                np.testing.assert_array_equal(one, two)
