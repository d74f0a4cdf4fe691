"""Compiled code on disk: found by a second process, never stale after an edit."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbrbf_kernels
from nbrbf_kernels.linalg import getrf
from nbrbf_kernels.rbf.fit import find_duplicate

# A fit, an evaluation, duals through both, and every kernel of the linear algebra.
EVERYTHING = """
import numpy as np
import nbrbf
from nbrbf_kernels.linalg import gesv, getrf, getrs, laswp, trsm, trsv

rng = np.random.default_rng(0)
y, x = rng.random((12, 2)), rng.random((5, 2))
def job(y):
    return nbrbf.RBFInterpolator(y, y[:, 0])(x).sum()
nbrbf.gradient(job, y)

def linear_algebra(A):
    n = A.shape[0]
    b, ipiv = A[:, :3].copy(), np.arange(n)
    gesv(A.copy(), ipiv, b)
    LU = A.copy()
    getrf(LU, ipiv)
    getrs(LU, ipiv, b)
    laswp(b, ipiv)
    trsm(LU, b)
    trsv(LU, b[:, 0].copy())
    return b

A = rng.random((6, 6))
linear_algebra(A)
linear_algebra(nbrbf.DualArray(A, rng.random((2, 6, 6))))
"""

ONE_KERNEL = """
import numpy as np
import nbrbf
from nbrbf_kernels.rbf.fit import find_duplicate
find_duplicate((np.arange(3.0),), np.zeros(3))
"""

# How often a compiled function was read from the cache, and how often it was compiled.
COUNT = """
import gc, json
from numba.core.dispatcher import Dispatcher
hits = misses = 0
for d in [o for o in gc.get_objects() if isinstance(o, Dispatcher)]:
    if d.__module__.startswith("nbrbf_kernels") and hasattr(d, "_cache_hits"):
        hits += sum(d.stats.cache_hits.values())
        misses += sum(d.stats.cache_misses.values())
print(json.dumps({"hits": hits, "misses": misses, "root": nbrbf.__file__}))
"""


def copy_of_the_packages(root):
    import nbrbf

    for package in (nbrbf, nbrbf_kernels):
        source = Path(package.__file__).parent
        shutil.copytree(source, root / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def copy_what_is_compiled(root):
    """What processes have compiled so far, of all kernels: so much less to compile."""
    for kernel in (getrf, find_duplicate):  # one of each folder
        source = Path(kernel.py_func.__code__.co_filename).parent
        target = root / source.relative_to(Path(nbrbf_kernels.__file__).parents[1]) / "__pycache__"
        target.mkdir()
        for file in Path(kernel.stats.cache_path).glob("*.nb[ic]"):
            shutil.copy2(file, target)


def run(root, job):
    environment = {**os.environ, "PYTHONPATH": str(root)}
    environment.pop("NUMBA_CACHE_DIR", None)
    command = [sys.executable, "-W", "error", "-c", job + COUNT]
    done = subprocess.run(
        command, env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    counted = json.loads(done.stdout)
    assert Path(counted["root"]).is_relative_to(root)
    return counted


def test_a_second_process_compiles_nothing(tmp_path):
    root = copy_of_the_packages(tmp_path)
    copy_what_is_compiled(root)
    first, second = run(root, EVERYTHING), run(root, EVERYTHING)
    assert first["hits"] + first["misses"] > 20
    assert second["misses"] == 0
    assert second["hits"] > 20


def test_an_edit_anywhere_invalidates_what_is_cached(tmp_path):
    root = copy_of_the_packages(tmp_path)
    first, second = run(root, ONE_KERNEL), run(root, ONE_KERNEL)
    assert (first["hits"], second["misses"]) == (0, 0)
    assert first["misses"] > 0 < second["hits"]
    rules = root / "nbrbf_kernels" / "dual" / "rules.py"
    rules.write_text(rules.read_text() + "\n# An edit far from any cached function.\n")
    assert run(root, ONE_KERNEL) == first


# A function of a user's, cached, that calls kernels and a derivative.
OF_A_USER = """
import json
import numpy as np
import nbrbf
from nbrbf_kernels.linalg import trsv
from numba import njit

@njit(cache=True)
def cube(x):
    return x * x * x

@njit(cache=True)
def solved(T, b):
    trsv(T, b)
    return b[0] + nbrbf.derivative(cube, 2.0)

result = solved(np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([3.0, 4.0]))
print(json.dumps([result, sum(solved.stats.cache_hits.values())]))
"""


def test_a_users_cached_function_is_found_by_a_second_process(tmp_path):
    root = copy_of_the_packages(tmp_path)
    copy_what_is_compiled(root)
    (root / "of_a_user.py").write_text(OF_A_USER)

    def run_file():
        environment = {**os.environ, "PYTHONPATH": str(root)}
        environment.pop("NUMBA_CACHE_DIR", None)
        command = [sys.executable, "-W", "error", "of_a_user.py"]
        done = subprocess.run(
            command, env=environment, cwd=root, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    assert run_file() == [13.0, 0]
    assert run_file() == [13.0, 1]
