import threading

import numpy as np
import pytest
from numba import njit
from numba.core.types import Array, float64, int64, void

from nbrbf_kernels import _core
from nbrbf_kernels._core import apart, choice, core
from nbrbf_kernels._jit import kernel

VECTOR, MATRIX = Array(float64, 1, "A"), Array(float64, 2, "A")


@core(float64(VECTOR, int64))
def entry(a, k):
    return a[k]


@core(float64(MATRIX, int64), float64(VECTOR, float64))
def total(a, k):
    return np.sum(a) + k


@core(void(VECTOR))
def double(a):
    for i in range(a.size):
        a[i] *= 2.0


@core(float64(int64))
def refuse(n):
    if n > 0:
        raise ValueError("n must not be positive")
    return 1.0


@kernel
def head(values, count):
    return values[:count], count


either = choice(entry, total)
head_apart = apart(head)


def test_arguments_are_converted_to_the_signature():
    @njit
    def f(a):
        return entry(a, 1) + entry(a, np.uint8(2))

    assert f(np.arange(3.0)) == 3.0
    assert f(np.arange(6.0)[::2]) == 6.0


def test_it_writes_and_is_called_in_a_loop():
    @njit
    def f(a):
        for _ in range(3):
            double(a)

    a = np.ones(2)
    f(a)
    assert a.tolist() == [8.0, 8.0]


def test_the_choice_is_by_type():
    @njit
    def f(vector, matrix):
        return either(vector, 1), either(matrix, 1)

    assert f(np.arange(3.0), np.ones((2, 2))) == (1.0, 5.0)


def test_no_signature_fits():
    @njit
    def f(n):
        return entry(n, 1)

    with pytest.raises(Exception, match="entry"):
        f(1.0)


def test_an_exception_passes_through():
    @njit
    def f(n):
        return refuse(n)

    assert f(0) == 1.0
    with pytest.raises(ValueError, match="n must not be positive"):
        f(1)


def test_a_name_of_another_version_is_an_error(monkeypatch):
    @njit
    def f(a):
        return entry(a, 0)

    monkeypatch.setattr(_core, "_ADDRESSES", {})
    with pytest.raises(RuntimeError, match="another version of nbrbf_kernels"):
        f(np.ones(1))


def test_the_result_must_be_that_of_the_signature():
    @core(int64(float64))
    def wrong(x):
        return x

    (name,) = wrong.names.values()
    with pytest.raises(TypeError, match="must return int64"):
        _core._ADDRESSES[name.encode()]()


@pytest.mark.parametrize("values", [np.arange(4.0), np.arange(8)[::2]])
def test_apart_takes_arguments_of_any_type(values):
    @njit
    def f(values):
        return head_apart(values, 3)

    part, count = f(values)
    assert count == 3
    assert np.array_equal(part, values[:3])
    assert part.dtype == values.dtype


def test_what_is_apart_is_found_by_its_types(monkeypatch):
    # As by a function from the cache, which nobody compiled in this process.
    @njit
    def f(values):
        return head_apart(values, 1)[0][0]

    f.compile((MATRIX,))
    monkeypatch.setattr(_core, "_ADDRESSES", {})
    assert np.array_equal(f(np.eye(2)), [1.0, 0.0])


def test_what_is_apart_and_of_another_version_is_an_error(monkeypatch):
    @njit
    def f(values):
        return head_apart(values, 2)[1]

    f.compile((VECTOR,))
    monkeypatch.setattr(_core, "_ADDRESSES", {})
    monkeypatch.setattr(_core, "DIGEST", "of another version")
    with pytest.raises(RuntimeError, match="another version of nbrbf_kernels"):
        f(np.ones(3))


def test_the_kernel_itself_is_there_for_python():
    assert entry.kernel(np.arange(3.0), 2) == 2.0


def test_threads_that_meet_at_the_first_call():
    @core(float64(float64))
    def square(x):
        return x * x

    @njit(nogil=True)
    def f(x):
        return square(x)

    f.compile((float64,))
    results = []
    threads = [threading.Thread(target=lambda k=k: results.append(f(float(k)))) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [float(k * k) for k in range(8)]
