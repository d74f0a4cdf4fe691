"""What every test shares."""


def pytest_configure(config):
    # Marks of SciPy's own test file, which tests/nbrbf/test_scipy_own.py runs on our class.
    for mark in ("slow", "skip_xp_backends", "xfail_xp_backends", "uses_xp_capabilities"):
        config.addinivalue_line("markers", f"{mark}: from SciPy's test suite")


def pytest_collection_modifyitems(items):
    # The longest file first: at the end the other cores would wait for it.
    items.sort(key=lambda item: item.path.name != "test_cache.py")
