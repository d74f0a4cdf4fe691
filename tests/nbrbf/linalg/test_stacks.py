"""Stacks are what each of their systems is by itself, in values, tangents and bars."""

import numpy as np
import pytest

from nbrbf import DualArray, linalg
from nbrbf._arguments import is_dual

rng = np.random.default_rng(0)
# Leading axes of a and of b, and what they are together.
LEADS = [((5,), (5,)), ((2, 3), (2, 3)), ((), (4,)), ((4,), ()), ((3, 1), (1, 2)), ((0,), (0,))]
STRUCTURES = ["gen", "sym", "pos"]


def matrices(lead, n, structure="gen"):
    """Well conditioned; of "pos" definite. The triangle that does not count is wrong."""
    A = rng.normal(size=(*lead, n, n))
    if structure == "gen":
        return A + 3.0 * np.eye(n)
    A = A @ A.swapaxes(-1, -2) / n + np.eye(n)
    return np.where(np.tri(n, k=-1, dtype=bool), 1e3, A)


def dual(x, moves=True):
    return DualArray(x, rng.normal(size=(2, *x.shape))) if moves else x


def each(function, *stacks):
    """`function` of every system of stacks that are broadcast by their leading axes."""
    lead = np.broadcast_shapes(*(x.shape[:-2] for x in stacks))
    spread = [np.broadcast_to(x, (*lead, *x.shape[-2:])) for x in stacks]
    return lead, {place: function(*(x[place] for x in spread)) for place in np.ndindex(lead)}


def same(result, expected, place, rtol=1e-11):
    for part in ("value", "partials") if is_dual(expected) else (None,):
        ours = getattr(result, part) if part else result
        theirs = getattr(expected, part) if part else expected
        at = (slice(None), *place) if part == "partials" else place
        np.testing.assert_allclose(ours[at], theirs, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("lead_a", "lead_b"), LEADS)
def test_solve(lead_a, lead_b, transposed, structure):
    options = {"assume_a": structure, "transposed": transposed}
    for n, r in ((1, 1), (4, 1), (5, 3), (0, 2)):
        for moves_a, moves_b in ((False, False), (True, False), (False, True), (True, True)):
            a = dual(matrices(lead_a, n, structure), moves_a)
            b = dual(rng.normal(size=(*lead_b, n, r)), moves_b)
            x = linalg.solve(a, b, **options)
            assert is_dual(x) == (moves_a or moves_b)
            lead, alone = each(lambda a, b: linalg.solve(a, b, **options), a, b)
            assert x.shape == (*lead, n, r)
            for place, expected in alone.items():
                same(x, expected, place)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9, 16, 33])
def test_one_right_hand_side_of_every_order(n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(5, n, n)) + 1e-3, rng.normal(size=(5, n, 1))
    expected = np.linalg.solve(a, b)
    np.testing.assert_allclose(linalg.solve(a, b), expected, rtol=1e-9)


def test_values_are_numpys():
    a, b = matrices((6, 2), 7), rng.normal(size=(6, 2, 7, 3))
    np.testing.assert_allclose(linalg.solve(a, b), np.linalg.solve(a, b), rtol=1e-11, atol=1e-12)
    vector = b[0, 0, :, 0]
    x = linalg.solve(a, vector)
    assert x.shape == (6, 2, 7)
    np.testing.assert_allclose(x, np.linalg.solve(a, vector), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(linalg.inv(a), np.linalg.inv(a), rtol=1e-11, atol=1e-12)
    a[2, 1] *= -1.0
    ours, theirs = linalg.slogdet(a), np.linalg.slogdet(a)
    np.testing.assert_array_equal(ours.sign, theirs.sign)
    np.testing.assert_allclose(ours.logabsdet, theirs.logabsdet, rtol=1e-13)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("lead_a", "lead_b"), LEADS)
def test_solve_vjp(lead_a, lead_b, transposed, structure):
    options = {"assume_a": structure, "transposed": transposed}
    for moves in (False, True):
        a = dual(matrices(lead_a, 4, structure), moves)
        x = linalg.solve(a, rng.normal(size=(*lead_b, 4, 2)), **options)
        x_bar = rng.normal(size=x.shape)
        a_bar, b_bar = linalg.solve_vjp(a, x, x_bar, **options)
        assert (a_bar.shape, b_bar.shape) == (a.shape, x.shape)
        lead, alone = each(lambda a, x, y: linalg.solve_vjp(a, x, y, **options), a, x, x_bar)
        total = np.zeros((*lead, 4, 4))
        for place, (one, other) in alone.items():
            same(b_bar, other, place)
            total[place] = one.value if moves else one
        # What was broadcast has the sum of the bars of what it became.
        extra = tuple(range(len(lead) - len(lead_a)))
        total = total.sum(axis=extra)
        total = total.sum(axis=tuple(k for k, m in enumerate(lead_a) if m == 1), keepdims=True)
        np.testing.assert_allclose(
            a_bar.value if moves else a_bar, total.reshape(a.shape), rtol=1e-10, atol=1e-10
        )


def test_the_bar_of_one_vector_for_all():
    a, b = matrices((3,), 4), rng.normal(size=4)
    x = linalg.solve(a, b)
    x_bar = rng.normal(size=(3, 4))
    a_bar, b_bar = linalg.solve_vjp(a, x, x_bar)
    assert (a_bar.shape, b_bar.shape) == ((3, 4, 4), (3, 4))
    for k in range(3):
        one, other = linalg.solve_vjp(a[k], x[k], x_bar[k])
        np.testing.assert_allclose(a_bar[k], one, rtol=1e-12)
        np.testing.assert_allclose(b_bar[k], other, rtol=1e-12)


@pytest.mark.parametrize("moves", [False, True])
def test_inverse_and_determinant(moves):
    a = dual(matrices((2, 3), 4), moves)
    C, (sign, logdet) = linalg.inv(a), linalg.slogdet(a)
    C_bar, logdet_bar = rng.normal(size=C.shape), rng.normal(size=(2, 3))
    a_bar, from_logdet = linalg.inv_vjp(C, C_bar), linalg.slogdet_vjp(a, logdet_bar)
    for place in np.ndindex(2, 3):
        same(C, linalg.inv(a[place]), place)
        same(a_bar, linalg.inv_vjp(C[place], C_bar[place]), place)
        same(from_logdet, linalg.slogdet_vjp(a[place], logdet_bar[place]), place)
        expected = linalg.slogdet(a[place])
        assert sign[place] == expected.sign
        same(logdet, expected.logabsdet, place)


def test_singular_ones_are_named():
    a = matrices((2, 4), 3)
    a[0, 2] = a[1, 0] = 1.0
    with pytest.raises(np.linalg.LinAlgError, match=r"is singular: of the stack, number \(0, 2\)"):
        linalg.solve(a, np.ones((3, 1)))
    with pytest.raises(np.linalg.LinAlgError, match=r"\(0, 2\), \(1, 0\)\."):
        linalg.inv(dual(a))
    with pytest.raises(np.linalg.LinAlgError, match=r"\(0, 2\), \(1, 0\)\."):
        linalg.solve_vjp(a, np.ones((2, 4, 3, 1)), np.ones((2, 4, 3, 1)))
    with pytest.raises(np.linalg.LinAlgError, match=r"not positive definite: .* and 3 more"):
        linalg.solve(-np.ones((8, 1, 1)), np.ones((1, 1)), assume_a="pos")
    sign, logdet = linalg.slogdet(dual(a))
    assert sign[0, 2] == sign[1, 0] == 0.0
    assert logdet.value[0, 2] == -np.inf and np.isnan(logdet.partials[:, 0, 2]).all()
    assert np.isfinite(np.delete(logdet.partials.reshape(2, 8), (2, 4), axis=1)).all()
    bars = linalg.slogdet_vjp(a, np.ones((2, 4)))
    assert np.isnan(bars[0, 2]).all() and np.isfinite(bars[0, 1]).all()
    bars = linalg.slogdet_vjp(dual(a), np.ones((2, 4)))
    assert np.isnan(bars.value[0, 2]).all() and np.isnan(bars.partials[:, 0, 2]).all()
    assert np.isfinite(bars.partials[:, 0, 1]).all()


def test_no_partials():
    a, b = matrices((3,), 4), rng.normal(size=(3, 4, 2))
    x = linalg.solve(DualArray(a, np.empty((0, 3, 4, 4))), b)
    assert x.partials.shape == (0, 3, 4, 2)
    np.testing.assert_array_equal(x.value, linalg.solve(a, b))


def test_results_do_not_depend_on_the_workers():
    a, b = dual(matrices((900,), 33)), rng.normal(size=(900, 33, 1))
    one, two, four = (linalg.solve(a, b, workers=workers) for workers in (1, 2, 4))
    for other in (two, four):
        np.testing.assert_array_equal(other.value, one.value)
        np.testing.assert_array_equal(other.partials, one.partials)
    C, others = linalg.inv(a.value), linalg.inv(a.value, workers=2)
    np.testing.assert_array_equal(C, others)
    assert np.array_equal(linalg.slogdet(a, workers=2).logabsdet, linalg.slogdet(a).logabsdet)


def test_inputs_stay_as_they_are():
    a, b = dual(matrices((3,), 4)), dual(rng.normal(size=(3, 4, 2)))
    for part in (a.value, a.partials, b.value, b.partials):
        part.flags.writeable = False
    before = a.copy(), b.copy()
    linalg.solve(a, b)
    linalg.solve(a[::2], b.swapaxes(-1, -2)[::2].swapaxes(-1, -2))
    linalg.inv(a)
    linalg.slogdet(a)
    for x, y in zip((a, b), before, strict=True):
        np.testing.assert_array_equal(x.value, y.value)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.ones((3, 2, 2)), np.ones((4, 2, 1)), r"a has \(3, 2, 2\) and b has \(4, 2, 1\)"),
        (np.ones((3, 2, 2)), np.ones((3, 2)), r"a has \(3, 2, 2\) and b has \(3, 2\)"),
        (np.ones((3, 2, 2)), np.float64(1.0), r"a has \(3, 2, 2\) and b has \(\)"),
        (np.ones((3, 2, 4)), np.ones((3, 2, 1)), r"expected square matrix, got a of shape"),
        (np.full((3, 2, 2), np.nan), np.ones((3, 2, 1)), "a does"),
    ],
)
def test_messages(a, b, message):
    with pytest.raises(ValueError, match=message):
        linalg.solve(a, b)


def test_messages_of_the_others():
    a = np.ones((3, 2, 2)) + np.eye(2)
    a[1, 0, 1] = np.inf
    for structure in ("sym", "pos"):
        with pytest.raises(ValueError, match="infs or NaNs, but a does"):
            linalg.solve(a, np.ones(2), assume_a=structure, lower=True)
    with pytest.raises(ValueError, match="infs or NaNs, but a does"):
        linalg.inv(a)
    assert np.isfinite(linalg.solve(a, np.ones(2), check_finite=False)[[0, 2]]).all()
    big = 1e200 * (np.ones((2, 2)) + np.eye(2)) * np.ones((3, 1, 1))
    assert np.isfinite(linalg.solve(big, np.ones(2))).all()
    with pytest.raises(ValueError, match=r"logdet_bar must have shape \(3,\), got \(2,\)"):
        linalg.slogdet_vjp(np.ones((3, 2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="`workers` must be a positive integer or -1, got 0"):
        linalg.solve(np.ones((3, 2, 2)), np.ones(2), workers=0)
