"""The compile decorator: names that change with any source, options that hold."""

import math

import numpy as np
import pytest

from nbrbf_kernels import _jit


def test_digest_changes_with_any_content_and_any_name(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("a.py", "deep/b.py"):
        (tmp_path / name).write_text("x = 1\n")
    digests = [_jit.source_digest(tmp_path)]
    (tmp_path / "deep" / "b.py").write_text("x = 2\n")
    digests.append(_jit.source_digest(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    digests.append(_jit.source_digest(tmp_path))
    (tmp_path / "notes.txt").write_text("not a source")
    assert len(set(digests)) == 3
    assert _jit.source_digest(tmp_path) == digests[-1]


def test_every_cached_kernel_has_the_digest_in_its_file_name():
    from nbrbf_kernels.linalg.lu import getrf

    assert _jit.DIGEST in getrf._cache._impl.filename_base
    assert getrf.py_func.__qualname__ == "getrf"


def test_division_by_zero_is_ieee_and_nan_survives():
    @_jit.kernel
    def divide(a, b):
        return a / b

    @_jit.sum_kernel
    def total(a):
        s = 0.0
        for value in a:
            s += value
        return s

    assert divide(1.0, 0.0) == math.inf
    assert math.isnan(divide(0.0, 0.0))
    assert math.isnan(total(np.array([1.0, math.nan])))
    assert total(np.array([1.0, math.inf])) == math.inf
    assert math.isnan(total(np.array([math.inf, -math.inf])))


@pytest.mark.parametrize("exact_first", [True, False])
def test_an_implementation_by_types_has_the_options_of_each_caller(exact_first):
    def total(x):
        """Sum of x."""

    def in_order(x):
        s = 0.0
        for i in range(len(x)):
            s += x[i]
        return s

    @_jit.specialise(total)
    def _total(x):
        return in_order

    @_jit.kernel
    def exact(x):
        return total(x)

    @_jit.sum_kernel
    def reordered(x):
        return total(x)

    rng = np.random.default_rng(0)
    x = rng.standard_normal(1000) * 10.0 ** rng.integers(-6, 6, 1000)
    callers = [exact, reordered] if exact_first else [reordered, exact]
    sums = {f.py_func.__name__: f(x) for f in callers}
    assert sums["exact"] == in_order(x.tolist())
    assert sums["reordered"] != sums["exact"]
    assert sums["reordered"] == pytest.approx(sums["exact"], rel=1e-12)
