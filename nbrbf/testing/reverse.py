"""Whether a hand-written adjoint is the adjoint of its function."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbrbf.testing.adjoint import Adjoint, product
from nbrbf.testing.agreement import require_close
from nbrbf.testing.calls import Call
from nbrbf.testing.differences import slopes
from nbrbf.testing.forward import dual_results
from nbrbf.testing.memory import direction


def check_reverse(
    f: Callable[..., Any],
    vjp: Callable[..., Any],
    primals: Sequence[Any],
    *,
    active: Sequence[int] | None = None,
    written: Sequence[int] | None = None,
    forward: bool = True,
    width: int = 2,
    rtol: float = 1e-12,
    rtol_differences: float = 1e-7,
    step: float = 1e-3,
    seed: int = 0,
) -> None:
    """Check the adjoint `vjp` of `f`.

    For every combination of active and constant arguments, with random bars of the results and
    random tangents: <result_bars, f'(tangent)> = <bar, tangent> for each argument alone, where
    <a, b> = Re sum conj(a) b; bars accumulate; the bar of a constant argument is None and stays
    so; nothing else is changed. The left side comes from the forward mode of `f` and is compared
    with 5-point differences.

    Parameters
    ----------
    f, primals, active, written, width, step, seed
        As in `check_forward`.
    vjp : callable
        vjp(primals, results, result_bars, bars). `primals` are as before the call of `f`.
        `results` is a tuple of the numbers and arrays that `f` returned (integers other than
        arrays left out, nested tuples flattened) and then of the arguments it wrote, as it left
        them. `result_bars` are theirs, None for what is not real or complex. `bars` is a list
        with one entry for each argument: None for a constant, else an array to add to, laid
        out as the argument (a tuple of such for a tuple, an array without dimensions for a
        number). In place of adding, `vjp` may return a tuple of the bars, of which those of
        constants are not looked at.
    forward : bool
        Whether `f` takes dual numbers; if not, differences are all there is to compare with.
    rtol : float
        Between the two products, relative to the sum of the magnitudes of their terms.
    rtol_differences : float
        The same, where one of them is of differences.

    Raises
    ------
    AssertionError
        If something does not hold: it names the function, the argument and both numbers.
    TypeError, ValueError
        If `primals`, `active` or their types are not acceptable.

    Examples
    --------
    >>> import numpy as np
    >>> from nbrbf.testing import check_reverse
    >>> def product_vjp(primals, results, result_bars, bars):
    ...     (A, B), (C_bar,), (A_bar, B_bar) = primals, result_bars, bars
    ...     if A_bar is not None:
    ...         A_bar += C_bar @ B.T
    ...     if B_bar is not None:
    ...         B_bar += A.T @ C_bar
    >>> check_reverse(np.matmul, product_vjp, (np.ones((2, 3)), np.ones((3, 4))))

    One that works in place on the bar of a result returns it instead:

    >>> from nbrbf_kernels.linalg import getrf, laswp
    >>> def swapped_vjp(primals, results, result_bars, bars):
    ...     b_bar = result_bars[0].copy()
    ...     laswp(b_bar, primals[1], inverse=True)
    ...     return b_bar, None
    >>> check_reverse(laswp, swapped_vjp, (np.arange(3.0), np.array([2, 1, 2])), written=(0,))
    """
    call = Call(f, primals, active, written)
    rng = np.random.default_rng(seed)
    adjoint = Adjoint(call, vjp, rng)
    tangents = {
        i: direction(rng, call.leaves[i].value, width) for i in call.differentiated(call.active)
    }
    products = {
        k: _products(call, adjoint.result_bars, tangents, k, forward, rtol_differences, step)
        for k in call.active
    }
    rtol = rtol if forward else rtol_differences
    for arguments in call.combinations():
        adjoint.check(arguments, tangents, products, rtol)


def _products(
    call: Call,
    result_bars: list[Any],
    tangents: dict[int, np.ndarray],
    argument: int,
    forward: bool,
    rtol: float,
    step: float,
) -> list[tuple[float, float]]:
    """<result_bars, f'(t)> and the sum of its terms' magnitudes, for t in one argument alone."""
    own = call.differentiated([argument])
    bars = [bar for bar in result_bars if bar is not None]
    where = call.describe([argument])
    (width,) = {len(t) for t in tangents.values()}
    planes = [{i: tangents[i][k] for i in own} for k in range(width)]
    if not forward:
        found = [next(slopes(call, plane, step)).values for plane in planes]
        return [product(bars, _where_finite(call, each)) for each in found]
    # Zeros for the others: one set of types, however many arguments there are.
    alone = {i: t if i in own else np.zeros_like(t) for i, t in tangents.items()}
    try:
        partials = dual_results(call, alone, where, 1e-12)
    except TypeError as error:
        error.add_note(f"If {call.name} does not take dual numbers, give forward=False.")
        raise
    for k, plane in enumerate(planes):
        _check_differences(call, bars, plane, [p[k] for p in partials], where, rtol, step)
    return [product(bars, [p[k] for p in partials]) for k in range(width)]


def _where_finite(call: Call, arrays: list[Any]) -> list[Any]:
    """Bars or slopes, 0 where the result is not finite: no difference can be taken there."""
    return [
        np.where(np.isfinite(result), array, 0.0)
        for result, array in zip(call.differentiable_results(), arrays, strict=True)
    ]


def _check_differences(
    call: Call,
    bars: list[Any],
    tangents: dict[int, np.ndarray],
    partials: list[np.ndarray],
    where: str,
    rtol: float,
    step: float,
) -> None:
    """The third opinion: by one of the steps the forward mode agrees with differences."""
    got, terms = product(bars, _where_finite(call, partials))
    failure = None
    for found in slopes(call, tangents, step):
        expected, scale = product(bars, _where_finite(call, found.values))
        rounding = sum(r * np.sum(np.abs(b)) for r, b in zip(found.rounding, bars, strict=True))
        try:
            what = f"{where}: <result_bars, f'(tangent)> of the forward mode"
            allowed = rtol * max(scale, terms) + float(rounding)
            require_close(got, expected, allowed, what, "by differences")
            return
        except AssertionError as error:
            failure = failure or error
    if failure:
        raise failure
