"""Arguments for every function of NumPy that dual arrays support."""

import numpy as np

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import spread

rng = np.random.default_rng(12)


def dual(*shape):
    return spread(rng, *shape)


def near_identity(*shape):
    return np.eye(shape[-1]) * 3.0 + 0.1 * dual(*shape)


v, w, m, t = dual(5), dual(5), dual(3, 4), dual(2, 3, 4)
c = near_identity(3, 3)
spd = c + np.transpose(c)
x, knots = v + 0.15, DualArray([-0.19, 1.2, 2.6, 4.1, 5.5], rng.uniform(-1, 1, (2, 5)))
holes = np.where(np.arange(5) == 2, np.nan, 1.0) * v
scalar = Dual(0.26, (1.0, -2.0))
fft = np.fft
linalg = np.linalg

# function: arguments, or several of them in a list
CASES = {
    np.sum: (t,),
    np.mean: (t,),
    np.prod: (t[0],),
    np.max: (t,),
    np.amax: (t,),
    np.min: (t,),
    np.amin: (t,),
    np.ptp: (t, 1),
    np.var: (t, 0),
    np.std: (t, 2),
    np.median: (t, 1),
    np.average: [(m, 0), (m, 0, dual(3) + 9.0), (m, None, np.ones((3, 4)))],
    np.cumsum: (t, 1),
    np.cumprod: (m, 1),
    np.trapezoid: [(m,), (m, w[:4]), (m, None, scalar, 0), (np.ones((3, 4)), dual(3, 4))],
    np.nansum: (v,),
    np.nanprod: (v,),
    np.nancumsum: (v,),
    np.nancumprod: (v,),
    np.nanmean: (v,),
    np.nanmax: (v,),
    np.nanmin: (v,),
    np.sort: [(m,), (m, None), (m, 0)],
    np.partition: (v, 2),
    np.diff: [(m,), (m, 2, 0), (v, 1, -1, scalar, 2.0)],
    np.ediff1d: [(v,), (v, scalar, 1.0)],
    np.gradient: [(v,), (v, 0.5), (m,)],
    np.trace: [(m,), (t, 1, 0, 2)],
    linalg.trace: (t,),
    np.reshape: (t, (4, 6)),
    np.ravel: (t,),
    np.transpose: (t, (1, 2, 0)),
    np.moveaxis: (t, 0, -1),
    np.rollaxis: (t, 2),
    np.swapaxes: (t, 0, 2),
    np.matrix_transpose: (t,),
    linalg.matrix_transpose: (t,),
    np.squeeze: (t[:1],),
    np.expand_dims: (t, (0, -1)),
    np.flip: [(t,), (t, 1)],
    np.fliplr: (m,),
    np.flipud: (m,),
    np.rot90: (m,),
    np.roll: [(t, 2), (t, 1, 1)],
    np.split: (v, [2, 3]),
    np.array_split: (v, 2),
    np.hsplit: (m, 2),
    np.vsplit: (t, 2),
    np.dsplit: (t, 2),
    np.atleast_1d: [(scalar,), (v, m, 1.0)],
    np.atleast_2d: (v,),
    np.atleast_3d: (v,),
    np.tril: (m, -1),
    np.triu: (m,),
    np.diag: [(v,), (m, 1)],
    np.diagflat: (m,),
    np.diagonal: (t,),
    linalg.diagonal: (t,),
    np.repeat: [(v, 2), (m, [1, 0, 2], 0)],
    np.tile: (m, (2, 1, 2)),
    np.resize: (v, (3, 4)),
    np.take: [(v, [3, 0, 3]), (m, 1, 0)],
    np.take_along_axis: (m, np.array([[0], [3], [1]]), 1),
    np.delete: (v, 1),
    np.pad: [(v, 2), (m, 1, "reflect"), (m, ((1, 0), (2, 1)), "mean")],
    np.insert: [(v, 2, scalar), (v.value, [0, 1], v[:2])],
    np.append: [(v, [1.0, 2.0]), (1.0, v)],
    np.compress: ([True, False, True], m, 0),
    np.extract: ([True, False, True, True, False], v),
    np.broadcast_to: (m, (2, 3, 4)),
    np.broadcast_arrays: (m, w[:4], 1.0),
    np.meshgrid: [(v, w[:2]), (v, [1.0, 2.0])],
    np.concatenate: [((m, np.ones((2, 4)), m),), ((m, v), None)],
    np.stack: ((v, w), 1),
    np.vstack: ((v, np.ones(5)),),
    np.hstack: ((v, scalar, 1.0),),
    np.dstack: ((m, m),),
    np.column_stack: ((v, w),),
    np.block: ([[c, np.ones((3, 1))], [np.ones((1, 3)), scalar]],),
    np.linspace: [(scalar, 1.0, 5), (0.0, w[:2], 4, False)],
    np.bincount: ([0, 1, 1, 3, 0], v),
    np.copy: (t,),
    np.where: (v.value > 0, v, scalar),
    np.select: ([v.value > 0.3, v.value > -0.3], [v, w], scalar),
    np.clip: [(v, -0.4, scalar), (v, None, 0.5)],
    np.round: (x,),
    np.around: (x,),
    np.fix: (v,),
    np.nan_to_num: (v,),
    np.interp: [(x, knots, w), (x, knots, w, scalar, 7.0), (x.value, knots.value - 1.0, w)],
    np.real: (m,),
    np.imag: (m * (1 + 2j),),
    np.dot: [(v, w), (m, np.ones((4, 2)))],
    np.vdot: (v, w),
    np.inner: (m, m),
    np.outer: (v, w),
    np.kron: (v, m),
    np.tensordot: (m, t, ([0, 1], [1, 2])),
    np.cross: (c, dual(3)),
    np.convolve: (v, w[:2]),
    np.correlate: (v, w, "same"),
    np.polyval: [([scalar, 2.0, -1.0], v), (v, 0.5), (np.ones(3), scalar)],
    np.einsum: ("i,ij,ij->j", dual(3), m, m),
    linalg.cross: (c, c),
    linalg.vecdot: (m, w[:4]),
    linalg.matmul: (t, dual(4, 2)),
    linalg.outer: (v, w),
    linalg.tensordot: (m, t[0]),
    linalg.multi_dot: ([dual(2, 3), m, np.ones((4, 3)), dual(3)],),
    linalg.solve: [(c, dual(3)), (c, dual(3, 2)), (near_identity(2, 3, 3), m)],
    linalg.inv: (near_identity(2, 3, 3),),
    linalg.det: (near_identity(2, 3, 3),),
    linalg.slogdet: (near_identity(2, 3, 3),),
    linalg.cholesky: (spd,),
    linalg.matrix_power: [(c, 3), (c, -2), (c, 0), (c, 1)],
    linalg.norm: [(v,), (t, None, 1), (m,)],
    linalg.vector_norm: [(m,)],
    linalg.matrix_norm: (t,),
    fft.fft: (v,),
    fft.ifft: (m, 6, 0),
    fft.rfft: (v,),
    fft.irfft: (v,),
    fft.hfft: (v,),
    fft.ihfft: (v,),
    fft.fftshift: (v,),
    fft.ifftshift: (v,),
    np.zeros_like: (m,),
    np.ones_like: (m,),
    np.full_like: (m, 3.0),
}
CASES |= {
    f: (m,)
    for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
    for f in (getattr(fft, name),)
}
CASES |= {getattr(np, name): (v,) for name in ("unstack", "cumulative_sum") if hasattr(np, name)}
