"""What every test shares."""

import gc
from pathlib import Path

# Compiling takes nearly all of the time. These come first, the longest before others: at the end
# the other cores would wait for them. Between those that compile the same radial functions stand
# others, so that two processes do not compile the same at once.
FIRST = (
    "nbrbf/test_interpolator.py",
    "test_cache.py",
    "kernels/dual/test_compiled_drivers.py",
    "kernels/dual/test_compiled_rules.py",
    "nbrbf/test_derivatives.py",
    "kernels/linalg/test_cholesky.py",
    "kernels/linalg/test_cholesky_adjoint.py",
    "kernels/linalg/test_solve_adjoint.py",
    "kernels/linalg/test_trsm_adjoint.py",
    "nbrbf/test_vjp.py",
    "nbrbf/test_scipy_own.py",
    "nbrbf/test_identities.py",
    "nbrbf/test_differentiable.py",
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
    items.sort(key=lambda item: places.get(item.path, len(FIRST)))
