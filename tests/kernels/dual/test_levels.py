"""Levels: the smallest free number, given back whatever happens, apart across threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbrbf_kernels.dual import Dual, derivative
from nbrbf_kernels.dual.levels import check_level, new_level


def test_nested_calls_count_up_and_numbers_are_used_again():
    for _ in range(2):
        with new_level() as a:
            with new_level() as b, new_level() as c:
                assert (a, b, c) == (1, 2, 3)
            with new_level() as d:
                assert d == 2


def test_a_level_is_released_when_the_function_raises():
    with pytest.raises(ZeroDivisionError):
        derivative(lambda x: 1 // 0, 1.0)
    with new_level() as level:
        assert level == 1


def test_the_smallest_free_number_may_be_lower_than_a_running_one():
    outer, inner = new_level(), new_level()
    outer.__enter__()
    assert inner.__enter__() == 2
    outer.__exit__(None, None, None)
    with new_level() as level:
        assert level == 1
    inner.__exit__(None, None, None)


def test_threads_that_run_together_have_different_levels():
    barrier = threading.Barrier(4)

    def level_seen(_):
        levels = []

        def f(x):
            levels.append(x.level)
            barrier.wait(timeout=20)
            return x

        derivative(f, 1.0)
        return levels[0]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(level_seen, range(4))) == [1, 2, 3, 4]


def test_a_level_must_be_a_number_from_zero_on():
    assert check_level(3) == 3
    with pytest.raises(TypeError, match=r"level must be an integer, got 1\.5"):
        Dual(1.0, (1.0,), 1.5)
    with pytest.raises(TypeError, match="level must be an integer, got True"):
        check_level(True)
    with pytest.raises(ValueError, match="level must not be negative, got -1"):
        Dual(1.0, (1.0,), -1)
