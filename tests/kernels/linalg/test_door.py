"""What the kernels refuse when they are typed, and what their messages name."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.linalg import (
    gecon,
    gesv,
    gesv_vjp,
    getrf,
    getrf_vjp,
    getrs,
    getrs_vjp,
    inv,
    inv_vjp,
    laswp,
    potrf,
    potrf_vjp,
    potrs,
    potrs_vjp,
    slogdet_vjp,
    trsm,
    trsm_vjp,
    trsv,
    trsv_vjp,
)

REAL = np.eye(3)
DUAL = DualArray(np.eye(3), np.zeros((3, 3, 3)))
WIDER = DualArray(np.eye(3), np.zeros((4, 3, 3)))
IPIV = np.arange(3)


def read_only():
    A = np.eye(3)
    A.flags.writeable = False
    return A


REFUSED = [
    (lambda: trsv(DUAL, np.ones(3)), "x is written in place and must be a DualArray since T"),
    (lambda: trsm(DUAL, REAL), "B is written in place and must be a DualArray since T"),
    (lambda: trsm(REAL, REAL, alpha=Dual(1.0, (1.0, 2.0))), "DualArray since alpha is dual"),
    (lambda: getrs(DUAL, IPIV, REAL), "B is written in place and must be a DualArray since LU"),
    (lambda: gesv(DUAL, IPIV, REAL), "B is written in place and must be a DualArray since A"),
    (lambda: trsm(DUAL, WIDER), r"same number of partials and level, got \(4, 0\) and \(3, 0\)"),
    (lambda: getrf(read_only(), IPIV), "A is written in place and must not be read-only"),
    (lambda: trsv(REAL, read_only()[0]), "x is written in place and must not be read-only"),
    (lambda: getrf(np.eye(3, dtype=np.float32), IPIV), "A must be an array of float64"),
    (lambda: getrs(np.eye(3, dtype=int), IPIV, REAL), "LU must be an array of float64"),
    (lambda: getrf(np.zeros((2, 2, 2)), IPIV), "A must have 2 dimensions"),
    (lambda: laswp(REAL, np.zeros(3)), "ipiv must be an array of integers"),
    (lambda: potrf(np.ones(3)), "A must have 2 dimensions"),
    (lambda: potrf(read_only()), "A is written in place and must not be read-only"),
    (lambda: potrs(np.ones(3), REAL), "L must have 2 dimensions"),
    (lambda: potrs(DUAL, REAL), "B is written in place and must be a DualArray since L is dual"),
    (lambda: inv(DUAL, IPIV, REAL), "C is written in place and must be a DualArray since LU"),
    (lambda: inv(REAL, IPIV, np.ones(3)), "C must have 2 dimensions"),
    (lambda: gecon(DUAL, IPIV, 1.0), "LU must be real"),
    (lambda: getrf_vjp(DUAL, IPIV, REAL), "LU_bar is written in place and must be a DualArray"),
    (lambda: getrf_vjp(REAL, IPIV, None), "LU_bar must be an array of float64"),
    (lambda: getrs_vjp(REAL, IPIV, DUAL, REAL, REAL, None), "LU_bar .* since X is dual"),
    (lambda: getrs_vjp(REAL, IPIV, REAL, DUAL, None, REAL), "B_bar .* since X_bar is dual"),
    (lambda: getrs_vjp(REAL, IPIV, REAL, REAL, REAL[0], None), "LU_bar must have 2 dimensions"),
    (lambda: gesv_vjp(DUAL, IPIV, DUAL, DUAL, WIDER, None), r"A_bar and LU must have the same"),
    (lambda: gesv_vjp(REAL, IPIV, REAL, REAL, None, read_only()), "B_bar .* not be read-only"),
    (lambda: potrf_vjp(DUAL, REAL), "L_bar is written in place and must be a DualArray"),
    (lambda: potrs_vjp(REAL, REAL, DUAL, None, REAL), "B_bar .* since X_bar is dual"),
    (lambda: trsv_vjp(REAL, REAL[0], REAL[0], REAL[0], None), "T_bar must have 2 dimensions"),
    (
        lambda: trsm_vjp(REAL, REAL, REAL, REAL, None, None, alpha=Dual(1.0, (1.0,))),
        "T_bar .* since alpha is dual",
    ),
    (lambda: inv_vjp(REAL, DUAL, REAL), "A_bar .* since C_bar is dual"),
    (lambda: slogdet_vjp(REAL, IPIV, Dual(1.0, (1.0,)), REAL), "A_bar .* since logdet_bar is"),
    (lambda: slogdet_vjp(REAL, IPIV, 1j, REAL), "logdet_bar must be a real number or a Dual"),
]


@pytest.mark.parametrize("call, message", REFUSED, ids=[m.split(" must")[0] for _, m in REFUSED])
def test_refusals_name_the_argument(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_what_is_only_read_may_be_read_only():
    b = np.array([1.0, 2.0, 3.0])
    trsv(read_only(), b)
    assert np.array_equal(b, [1.0, 2.0, 3.0])
