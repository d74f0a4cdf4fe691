"""NumPy's functions that say something of values which has no derivative.

Shapes and places (whole numbers), and truths.
"""

from typing import Any

import numpy as np

from nbrbf_kernels.dual.piecewise import value_of
from nbrbf_kernels.dual.protocol import FUNCTIONS, DualNumber
from nbrbf_kernels.dual.signatures import Signature


def _of_values(function: Any) -> Any:
    signature = Signature(function, lambda *args: None)

    def call(*args: Any, **keywords: Any) -> Any:
        out = (dict(signature.named(args)) | keywords).get("out")
        if isinstance(out, DualNumber):
            raise TypeError(f"out must be no dual for {signature.name}, which has no derivative")
        args = tuple([value_of(a) for a in args])
        return function(*args, **{name: value_of(x) for name, x in keywords.items()})

    return call


_SIZES = (np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type)
_INDICES = (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)
_PLACES = (
    *(np.argmin, np.argmax, np.nanargmin, np.nanargmax, np.argsort, np.argpartition),
    *(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.searchsorted, np.digitize),
)
_TRUTHS = (
    *(np.all, np.any, np.array_equal, np.array_equiv, np.allclose, np.isclose, np.isin),
    *(np.isreal, np.iscomplex, np.isposinf, np.isneginf),
)
WITHOUT_DERIVATIVE = (*_SIZES, *_INDICES, *_PLACES, *_TRUTHS)
FUNCTIONS.update({f: _of_values(f) for f in WITHOUT_DERIVATIVE})
