"""What every test shares."""

import gc
import os
from pathlib import Path

# Before NumPy loads its BLAS. Tests run on every core already, and threads that wait for one
# another made those of the linear algebra take twice the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Compiling takes nearly all of the time. These come first, roughly the longest before others: at
# the end the other cores would wait for them. Between those that compile the same kernels stand
# others, since two processes at once would both compile them; those that find most compiled
# already come last.
FIRST = (
    "nbrbf/test_interpolator.py",
    "kernels/dual/test_compiled_drivers.py",
    "kernels/dual/test_compiled_rules.py",
    "kernels/dual/test_compiled_elementwise.py",
    "nbrbf/test_derivatives.py",
    "kernels/linalg/test_cholesky.py",
    "kernels/linalg/test_cholesky_adjoint.py",
    "kernels/linalg/test_solve_adjoint.py",
    "kernels/linalg/test_trsm_adjoint.py",
    "kernels/linalg/test_solve.py",
    "nbrbf/test_vjp.py",
    "kernels/rbf/test_registration.py",
    "nbrbf/test_identities.py",
    "nbrbf/test_differentiable.py",
    "nbrbf/test_main.py",
    "kernels/rbf/test_fit.py",
    "kernels/rbf/test_evaluate_vjp.py",
    "test_readme.py",
    "test_examples.py",
    "nbrbf/test_scipy_own.py",
    "test_cache.py",
)


def pytest_configure(config):
    # Marks of SciPy's own test file, which tests/nbrbf/test_scipy_own.py runs on our class.
    for mark in ("slow", "skip_xp_backends", "xfail_xp_backends", "uses_xp_capabilities"):
        config.addinivalue_line("markers", f"{mark}: from SciPy's test suite")
    # What compiling allocates mostly stays: to search it for garbage after every 700 objects
    # takes one part in thirty of the time.
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_modifyitems(items):
    tests = Path(__file__).parent
    places = {tests / name: place for place, name in enumerate(FIRST)}
    assert all(path.exists() for path in places), "FIRST names a file that is not there"
    items.sort(key=lambda item: places.get(item.path, len(FIRST)))
