from pathlib import Path

import numpy as np
import pytest

from nbrbf._problem import Mistake, airports, user_file


def test_the_airports() -> None:
    problem = airports()
    assert problem.y.shape == (435, 2)
    assert problem.d.shape == (435,)
    assert problem.point is not None
    np.testing.assert_array_equal(problem.y[problem.point], [-104.67379, 39.86003])
    assert "435" in problem.title


def test_a_file_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("t,u\n0,1\n2,3\n5,4\n")
    problem = user_file(path, ["t"], "u", distinct=True)
    np.testing.assert_array_equal(problem.y, [[0], [2], [5]])
    np.testing.assert_array_equal(problem.d, [1, 3, 4])
    assert problem.point == 1
    assert problem.point_name == "the point on line 3"


def test_points_that_coincide_are_named_by_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y,v\n0,1,1\n1,1,2\n\n-0.0,1,3\n2,2,4\n")
    with pytest.raises(Mistake, match=r"data.csv, lines 2 and 5: the same point twice; keep one"):
        user_file(path, ["x", "y"], "v", distinct=True)
    assert len(user_file(path, ["x", "y"], "v", distinct=False).y) == 4
