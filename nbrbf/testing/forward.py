"""Whether a function of dual numbers carries the derivative of the real one."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbrbf.testing.agreement import require, require_close, same
from nbrbf.testing.calls import Call
from nbrbf.testing.differences import slopes
from nbrbf.testing.memory import direction, is_differentiable, largest, partials_of, value_of


def check_forward(
    f: Callable[..., Any],
    primals: Sequence[Any],
    *,
    active: Sequence[int] | None = None,
    written: Sequence[int] | None = None,
    width: int = 2,
    rtol: float = 1e-7,
    rtol_value: float = 1e-12,
    step: float = 1e-3,
    seed: int = 0,
) -> None:
    """Check the forward mode of `f`: that it runs on dual numbers, and rightly.

    For every combination of active and constant arguments, with random tangents: the partials
    of the results are those of 5-point differences; they are linear in the tangents, and (with
    all arguments active) several tangents at once give what each alone does; the values are
    those of the real call; what `f` does not write is left as it was.

    Parameters
    ----------
    f : callable
        f(*primals) returns a number, an array or a tuple of those, or writes into its arguments
        and returns None or an int, or both. Python, NumPy or `@njit`.
    primals : tuple
        Its arguments. float64 or complex128 arrays (of any layout, which is kept) and numbers
        are differentiated, in tuples too; anything else (ints, pivots, strings) is constant.
        They are copied for every call.
    active : sequence of int, optional
        Positions of the arguments to differentiate, all that can be by default. With more than
        6 only each alone and all together are tried, and a warning says so.
    written : sequence of int, optional
        Positions of the arguments that `f` writes into; by default those that a first call
        changes. They are results, and dual as soon as any argument is.
    width : int
        So many tangents at once.
    rtol : float
        Between partials and differences, relative to the largest entry of either.
    rtol_value : float
        Between values, and between one and several tangents; 0 asks for equal bits of values.
    step : float
        Of the differences, relative to the largest entry of an argument. Smaller ones, down
        to a thousandth, are tried where they do not agree.
    seed : int
        Of the random tangents.

    Raises
    ------
    AssertionError
        If something does not hold: it names the function, the argument and both numbers.
    TypeError, ValueError
        If `primals`, `active` or their types are not acceptable.

    Examples
    --------
    >>> import numpy as np
    >>> from nbrbf.testing import check_forward
    >>> check_forward(lambda A, b: np.linalg.solve(A, b), (np.eye(3) + 0.1, np.ones(3)))
    >>> def scale(x, factor):  # in place
    ...     x *= factor
    >>> check_forward(scale, (np.ones(4), 3.0), written=(0,))
    """
    call = Call(f, primals, active, written)
    rng = np.random.default_rng(seed)
    for arguments in call.combinations():
        where = call.describe(arguments)
        tangents = {
            i: direction(rng, call.leaves[i].value, width) for i in call.differentiated(arguments)
        }
        results = dual_results(call, tangents, where, rtol_value)
        for k in range(width):
            plane = {i: t[k] for i, t in tangents.items()}
            _check_partial(call, plane, [r[k] for r in results], where, rtol, step)
        _check_linear(call, tangents, results, where, rng, max(rtol_value, 1e-12))
    # Of the last combination, in which all are active.
    _check_one_by_one(call, tangents, results, where, max(rtol_value, 1e-12))


def dual_results(
    call: Call, tangents: dict[int, np.ndarray], where: str, rtol: float | None = None
) -> list[np.ndarray]:
    """The partials of the differentiable results; all else must be as in the real call."""
    values = call.dual_values(tangents)
    results = call.run(values)
    (width,) = {len(t) for t in tangents.values()}
    for i, leaf in enumerate(call.leaves):
        kept = same(value_of(values[i]), leaf.value) and (
            i not in tangents or same(partials_of(values[i], width), tangents[i])
        )
        require(
            kept or i in call.written,
            f"{where} changed {call.names[leaf.argument]}, which the real call leaves as it is",
        )
    if rtol is not None:
        _check_values(call, [value_of(r) for r in results], where, rtol)
    return [
        partials_of(dual, width)
        for dual, real in zip(results, call.results, strict=True)
        if is_differentiable(real)
    ]


def _check_values(call: Call, values: list[Any], where: str, rtol: float) -> None:
    """The values are those of the real call; where it gives NaN, NaN."""
    for j, (value, real) in enumerate(zip(values, call.results, strict=True)):
        of_value, of_real = f"{where}: the value of result {j}", "that of the real call"
        if is_differentiable(real):
            numbers = ~(np.isnan(value) & np.isnan(real))
            require_close(value, real, rtol * largest(real), of_value, of_real, numbers)
        else:
            require(same(value, real), f"{of_value} is {value}, but {of_real} {real}")


def _check_partial(
    call: Call,
    tangents: dict[int, np.ndarray],
    partials: list[np.ndarray],
    where: str,
    rtol: float,
    step: float,
) -> None:
    """One partial of every result against differences, by one of the steps."""
    finite = [np.isfinite(r) for r in call.differentiable_results()]
    failure = None
    for found in slopes(call, tangents, step):
        try:
            for j, got in enumerate(partials):
                expected = found.values[j]
                scale = largest(np.where(finite[j], expected, 0.0))
                allowed = rtol * scale + found.rounding[j]
                what = f"{where}: the tangent of result {j}"
                require_close(got, expected, allowed, what, "by differences", finite[j])
            return
        except AssertionError as error:
            failure = failure or error
    if failure:
        raise failure


def _check_linear(
    call: Call,
    tangents: dict[int, np.ndarray],
    results: list[np.ndarray],
    where: str,
    rng: np.random.Generator,
    rtol: float,
) -> None:
    """Mixed tangents give mixed results: none is dropped, and none leaks into another."""
    (width,) = {len(t) for t in tangents.values()}
    M = rng.uniform(-1.0, 1.0, (width, width))
    mixed = dual_results(call, {i: np.tensordot(M, t, 1) for i, t in tangents.items()}, where)
    for j, (got, separate) in enumerate(zip(mixed, results, strict=True)):
        what = f"{where}: result {j} of a combination of tangents"
        allowed = width * rtol * largest(separate)
        _require_equal(got, np.tensordot(M, separate, 1), allowed, what, "that of the results")


def _check_one_by_one(
    call: Call,
    tangents: dict[int, np.ndarray],
    results: list[np.ndarray],
    where: str,
    rtol: float,
) -> None:
    """Several tangents at once give what each alone does."""
    (width,) = {len(t) for t in tangents.values()}
    for k in range(width):
        alone = dual_results(call, {i: t[k : k + 1] for i, t in tangents.items()}, where)
        for j, (got, batch) in enumerate(zip(alone, results, strict=True)):
            what = f"{where}: result {j} of tangent {k} alone"
            _require_equal(got[0], batch[k], rtol * largest(batch), what, "among others")


def _require_equal(got: Any, expected: Any, allowed: float, what: str, other: str) -> None:
    """Where both are finite: what is not has been compared with differences."""
    require_close(got, expected, allowed, what, other, np.isfinite(got) & np.isfinite(expected))
