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
from tests.kernels.dual.cases import CASES, c, v
from tests.kernels.dual.differences import agrees_with_differences, entries, moved, slopes

rng = np.random.default_rng(12)
NUMPYS = sorted({f for f in vars(np).values() if isinstance(f, np.ufunc)}, key=lambda f: f.__name__)
MATRICES = {"matmul": ((3, 3), (3, 3)), "matvec": ((2, 3, 3), (3,)), "vecmat": ((2, 3), (3, 3))}
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
    if ufunc is np.ldexp:
        args[1] = 2  # its exponents are whole numbers
    if ufunc not in UFUNCS:
        with pytest.raises(TypeError, match=rf"numpy\.{ufunc.__name__} does not take dual numbers"):
            ufunc(*args)
        return
    if scalar and ufunc.signature:
        with pytest.raises(ValueError, match="dimension"):
            ufunc(*args)
        return
    agrees_or_says_yes_or_no(ufunc(*args), ufunc, args)


def agrees_or_says_yes_or_no(result, f, args):
    """Each result has NumPy's values, and is dual with the derivative or of whole numbers."""
    for x, value in zip(entries(result), entries(f(*moved(args, 0, 0.0))), strict=True):
        np.testing.assert_array_equal(getattr(x, "value", x), value)
    plain = [x for x in entries(result) if not isinstance(x, (Dual, DualArray))]
    assert all(np.asarray(x).dtype.kind in "biu" for x in plain)
    if len(plain) == len(entries(result)):
        return
    # A small step: some of the functions have kinks near.
    for x, slope in zip(entries(result), slopes(f, args, 0, 1e-4), strict=True):
        if isinstance(x, (Dual, DualArray)):
            np.testing.assert_allclose(x.partials[0], slope, rtol=1e-9, atol=1e-10)


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
    agrees_or_says_yes_or_no(result, getattr(ufunc, method), (a, *extra))


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
