"""The house's two rules: kernels compile and know arrays alone, nbrbf talks."""

import ast
import importlib.util
from pathlib import Path

import pytest

import nbrbf_kernels

ALLOWED = {"numpy", "numba", "llvmlite", "nbrbf_kernels"}
SCIPY_POINTERS = (
    "scipy.linalg.cython_blas",
    "scipy.linalg.cython_lapack",
    "scipy.special.cython_special",
)
COMPILERS = {"njit", "jit", "kernel", "sum_kernel", "specialise", "overload", "vectorize"}

KERNELS = Path(nbrbf_kernels.__file__).parent
LIBRARY = Path(importlib.util.find_spec("nbrbf").origin).parent
# Python classes and drivers of the number types: they talk to people, so they may raise.
PYTHON_SIDE = KERNELS / "dual"


def sources(root):
    paths = sorted(root.rglob("*.py"))
    assert len(paths) > 5
    return [pytest.param(path, id=str(path.relative_to(root))) for path in paths]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module


@pytest.mark.parametrize("path", sources(KERNELS))
def test_kernels_import_only_what_compiles(path):
    import sys

    for name in imports(path):
        top = name.split(".")[0]
        special = path.is_relative_to(PYTHON_SIDE) and name == "scipy.special"
        assert top in ALLOWED or top in sys.stdlib_module_names or special, f"imports {name}"


@pytest.mark.parametrize("path", sources(KERNELS))
def test_kernels_name_only_scipys_pointers(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            value = node.value
            if value.startswith("scipy."):
                assert value in SCIPY_POINTERS


@pytest.mark.parametrize("path", sources(LIBRARY))
def test_the_library_compiles_nothing(path):
    tree = ast.parse(path.read_text())
    assert not any(name.split(".")[0] in ("numba", "llvmlite") for name in imports(path))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            used = {ast.unparse(d).split("(")[0].split(".")[-1] for d in node.decorator_list}
            assert not used & COMPILERS


@pytest.mark.parametrize("path", sources(KERNELS))
def test_no_kernel_raises_validates_or_prints(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef):
            continue
        decorators = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
        if not decorators & {"kernel", "sum_kernel"}:
            continue
        for inner in ast.walk(node):
            assert not isinstance(inner, (ast.Raise, ast.Assert)), f"{node.name} raises"
            called = isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
            assert not (called and inner.func.id == "print"), f"{node.name} prints"
