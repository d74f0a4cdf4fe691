import numpy as np
import pytest
import scipy.interpolate

from nbrbf import _survey

OPTIONS = {"kernel": "cubic", "epsilon": None, "degree": None, "smoothing": 0.0}


def scattered(n: int = 30) -> tuple[np.ndarray, np.ndarray]:
    y = np.random.default_rng(5).uniform(-1, 1, (n, 2))
    return y, np.sin(2 * y[:, 0]) + y[:, 1] ** 2


def test_grid_has_its_first_axis_fastest() -> None:
    axes = _survey.box(np.array([[0.0, 5.0], [2.0, 9.0], [1.0, 7.0]]), [3, 2])
    np.testing.assert_array_equal(
        _survey.grid(axes), [[0, 5], [1, 5], [2, 5], [0, 9], [1, 9], [2, 9]]
    )


def test_five_points_is_exact_up_to_fourth_order() -> None:
    def quartic(t: np.ndarray) -> float:
        return float(t[0] ** 4 - 2 * t[0] ** 3 * t[1] + 5 * t[1] ** 2)

    gradient = _survey.five_points(quartic, np.array([1.5, -0.5]), np.array([0.25, 0.5]))
    exact = [4 * 1.5**3 - 6 * 1.5**2 * -0.5, -2 * 1.5**3 + 10 * -0.5]
    np.testing.assert_allclose(gradient, exact, rtol=1e-13)


def test_the_central_point_has_no_twin() -> None:
    y = np.array([[0.0, 0.0], [0.0, 0.0], [0.5, 0.0], [-1.0, -1.0], [1.0, 1.0]])
    assert _survey.central_point(y) == 2
    assert _survey.central_point(y[:2]) is None
    assert _survey.central_point(y[:1]) is None


def test_comparison_with_scipy() -> None:
    y, d = scattered()
    x = _survey.grid(_survey.box(y, [7, 5]))
    comparison = _survey.compare(y, d, x, OPTIONS, repeats=1)
    expected = scipy.interpolate.RBFInterpolator(y, d, kernel="cubic")(x)
    np.testing.assert_allclose(comparison.values, expected, rtol=0, atol=1e-10)
    assert comparison.difference is not None and comparison.difference < 1e-10
    assert comparison.scipy_seconds is not None and comparison.scipy_seconds > 0
    assert comparison.seconds > 0


def test_slopes_by_position_and_value_agree_with_differences() -> None:
    y, d = scattered()
    x = _survey.grid(_survey.box(y, [7, 5]))
    slopes = _survey.slopes(y, d, x, OPTIONS, index=4)
    assert slopes.forward.shape == slopes.difference.shape == (3,)
    assert np.abs(slopes.forward).min() > 0
    assert slopes.disagreement < 1e-5


def test_disagreement_is_that_of_the_worse_part() -> None:
    slopes = _survey.Slopes(np.array([3.0, 0.0, 10.0]), np.array([3.0, 0.3, 10.1]))
    assert slopes.disagreement == pytest.approx(0.1)
    slopes = _survey.Slopes(np.array([3.0, 0.0, 10.0]), np.array([3.0, 0.0, 12.0]))
    assert slopes.disagreement == pytest.approx(0.2)
