"""The examples in the docstrings run and print what they say."""

import doctest
import importlib
import pkgutil

import pytest

import nbrbf
import nbrbf_kernels


def modules() -> list[str]:
    found = [
        each.name
        for package in (nbrbf, nbrbf_kernels)
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return [name for name in found if not name.endswith("__main__") and name not in bridges()]


def bridges() -> list[str]:
    """Modules that need a library that may be missing: their own tests run their examples."""
    needy = ("autograd", "jax", "torch", "_autograd_rules", "_jax_primitives", "_jax_rules")
    return [f"nbrbf.bridges.{name}" for name in (*needy, "_torch_functions")]


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in modules() for test in finder.find(importlib.import_module(name))]
    return [test for test in found if test.examples]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    report: list[str] = []
    failed, attempted = doctest.DocTestRunner(verbose=False).run(example, out=report.append)
    assert attempted > 0
    assert failed == 0, "".join(report)


def test_public_names_have_examples() -> None:
    names = {test.name for test in examples()}
    assert {"nbrbf.interpolator.RBFInterpolator", "nbrbf.datasets.us_airports"} <= names
