"""Views of arrays without ownership: the currency between block operations.

A slice costs a reference count, and LLVM does not know the stride of its rows, so that a loop
over one is scalar. These views own nothing (the array they look into must outlive them), and
a `row` is contiguous by its type: on the recursive LU that made 15 GFLOP/s into 55.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.dual.planes import PlanesType

BLOCK = types.Array(types.float64, 2, "A")
PLANES = PlanesType(2)
PIVOTS = types.Array(types.int64, 1, "C")
ROW = types.Array(types.float64, 1, "C")
WORD = ir.Constant(ir.IntType(64), 8)


def _view(context, builder, result, data, shape, strides):
    """LLVM value of the array of Numba type `result` at the address `data`."""
    array = make_array(result)(context, builder)
    data = builder.bitcast(data, context.get_data_type(types.float64).as_pointer())
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=WORD, meminfo=None)
    return array._getvalue()


def _parts(context, builder, t, value):
    """Data pointer, shape and strides of an array."""
    array = make_array(t)(context, builder, value)
    shape = cgutils.unpack_tuple(builder, array.shape, t.ndim)
    return array.data, shape, cgutils.unpack_tuple(builder, array.strides, t.ndim)


def _at(builder, data, indices, strides):
    """Address of an element."""
    offset = ir.Constant(ir.IntType(64), 0)
    for i, stride in zip(indices, strides, strict=True):
        offset = builder.add(offset, builder.mul(i, stride))
    return cgutils.pointer_add(builder, data, offset)


def _int64(context, builder, signature, args, where=slice(1, None)):
    """The index arguments, all but the first unless said, as 64-bit integers."""
    return [
        context.cast(builder, arg, t, types.intp)
        for arg, t in zip(args[where], signature.args[where], strict=True)
    ]


@intrinsic
def row(typingctx, A, i, j, n):
    """A[i, j:j+n] as a contiguous vector; A has unit inner stride."""

    def codegen(context, builder, signature, args):
        i, j, n = _int64(context, builder, signature, args)
        data, _, strides = _parts(context, builder, A, args[0])
        data = _at(builder, data, [i, j], [strides[0], WORD])
        return _view(context, builder, ROW, data, [n], [WORD])

    return ROW(A, i, j, n), codegen


@intrinsic
def at(typingctx, A, i, j):
    """A[i, j] for non-negative i and j and any strides, so that op(T) may be a view."""

    def codegen(context, builder, signature, args):
        i, j = _int64(context, builder, signature, args)
        data, _, strides = _parts(context, builder, A, args[0])
        address = _at(builder, data, [i, j], strides)
        return builder.load(address)

    return A.dtype(A, i, j), codegen


@intrinsic
def put(typingctx, A, i, j, numbers):
    """A[i, j + k] = numbers_k for each of a tuple, likewise."""

    def codegen(context, builder, signature, args):
        i, j = _int64(context, builder, signature, args, slice(1, 3))
        data, _, strides = _parts(context, builder, A, args[0])
        for k, number in enumerate(cgutils.unpack_tuple(builder, args[3])):
            after = builder.add(j, ir.Constant(ir.IntType(64), k))
            builder.store(number, _at(builder, data, [i, after], strides))
        return context.get_dummy_value()

    return types.void(A, i, j, numbers), codegen


_FLAGS = ("contract", "reassoc", "nsz")


def _below(context, builder, signature, args, count):
    """Of (_, A, i, j, ...) the numbers A[i + k, j], k < count."""
    i, j = _int64(context, builder, signature, args, slice(2, 4))
    data, _, strides = _parts(context, builder, signature.args[1], args[1])
    for k in range(count):
        below = builder.add(i, ir.Constant(ir.IntType(64), k))
        yield builder.load(_at(builder, data, [below, j], [strides[0], WORD]))


@intrinsic
def add_products(typingctx, totals, A, i, j, factor):
    """totals_k + A[i + k, j] factor for each of a tuple of totals; A has unit inner stride."""

    def codegen(context, builder, signature, args):
        numbers = _below(context, builder, signature, args, len(totals))
        sums = []
        for total, number in zip(cgutils.unpack_tuple(builder, args[0]), numbers, strict=True):
            product = builder.fmul(number, args[4], flags=_FLAGS)
            sums.append(builder.fadd(total, product, flags=_FLAGS))
        return context.make_tuple(builder, totals, sums)

    return totals(totals, A, i, j, factor), codegen


@intrinsic
def subtract_products(typingctx, total, A, i, j, factors):
    """total - sum_k A[i + k, j] factors_k; A has unit inner stride."""

    def codegen(context, builder, signature, args):
        total = args[0]
        numbers = _below(context, builder, signature, args, len(factors))
        for number, factor in zip(numbers, cgutils.unpack_tuple(builder, args[4]), strict=True):
            product = builder.fmul(number, factor, flags=_FLAGS)
            total = builder.fsub(total, product, flags=_FLAGS)
        return total

    return total(total, A, i, j, factors), codegen


@intrinsic
def block(typingctx, A, i, j, m, n):
    """A[i:i+m, j:j+n] of an array or of planes."""
    dual = isinstance(A, PlanesType)
    result = PlanesType(2) if dual else BLOCK

    def codegen(context, builder, signature, args):
        i, j, m, n = _int64(context, builder, signature, args)

        def cut(t, array, out):
            data, shape, strides = _parts(context, builder, t, array)
            data = _at(builder, data, [i, j], strides[-2:])
            return _view(context, builder, out, data, [*shape[:-2], m, n], strides)

        if not dual:
            return cut(A, args[0], BLOCK)
        source = cgutils.create_struct_proxy(A)(context, builder, args[0])
        view = cgutils.create_struct_proxy(result)(context, builder)
        view.value = cut(A.values, source.value, result.values)
        view.partials = cut(A.planes, source.partials, result.planes)
        return view._getvalue()

    return result(A, i, j, m, n), codegen


def _rearranged(A, arrange):
    """An intrinsic's signature and code: an array's, or each of the planes', axes rearranged.

    `arrange` takes the last two axes, or the only one, given as (shape, strides).
    """
    dual = isinstance(A, PlanesType)
    result = PlanesType(2) if dual else BLOCK

    def codegen(context, builder, signature, args):
        def view(t, array, out):
            data, shape, strides = _parts(context, builder, t, array)
            lead = out.ndim - 2
            new_shape, new_strides = arrange(shape[lead:], strides[lead:])
            return _view(
                context,
                builder,
                out,
                data,
                [*shape[:lead], *new_shape],
                [*strides[:lead], *new_strides],
            )

        if not dual:
            return view(A, args[0], BLOCK)
        source = cgutils.create_struct_proxy(A)(context, builder, args[0])
        planes = cgutils.create_struct_proxy(result)(context, builder)
        planes.value = view(A.values, source.value, result.values)
        planes.partials = view(A.planes, source.partials, result.planes)
        return planes._getvalue()

    return result(A), codegen


@intrinsic
def matrix(typingctx, x, m, n):
    """The first m n of a contiguous vector as a block of m rows."""

    def codegen(context, builder, signature, args):
        data, _, _ = _parts(context, builder, x, args[0])
        shape = _int64(context, builder, signature, args)
        return _view(context, builder, BLOCK, data, shape, [builder.mul(shape[1], WORD), WORD])

    return BLOCK(x, m, n), codegen


@intrinsic
def transposed(typingctx, A):
    """A^T, of a block or of planes."""
    return _rearranged(A, lambda shape, strides: (shape[::-1], strides[::-1]))


@intrinsic
def column(typingctx, x):
    """A vector, or the planes of one, as a block of one column."""
    one = ir.Constant(ir.IntType(64), 1)
    return _rearranged(x, lambda shape, strides: ([*shape, one], [*strides, WORD]))


@intrinsic
def plane(typingctx, partials, k):
    """The k-th plane of an array of partials."""
    result = types.Array(types.float64, partials.ndim - 1, "A")

    def codegen(context, builder, signature, args):
        (k,) = _int64(context, builder, signature, args)
        data, shape, strides = _parts(context, builder, partials, args[0])
        data = _at(builder, data, [k], strides[:1])
        return _view(context, builder, result, data, shape[1:], strides[1:])

    return result(partials, k), codegen


@intrinsic
def strided(typingctx, A):
    """`A` with its layout forgotten, and its ownership shared: for what a kernel allocates."""
    result = types.Array(A.dtype, A.ndim, "A")

    def codegen(context, builder, signature, args):
        context.nrt.incref(builder, A, args[0])
        # Numba holds arrays of every layout alike.
        return args[0]

    return result(A), codegen


@intrinsic
def borrowed(typingctx, A):
    """`A` without its ownership, its layout forgotten if it has two dimensions.

    Behind the door nobody counts references: at n = 4 the atomic counting took half the time.
    """
    result = types.Array(A.dtype, A.ndim, "A" if A.ndim == 2 else A.layout)

    def codegen(context, builder, signature, args):
        array = make_array(A)(context, builder, args[0])
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()

    return result(A), codegen


@kernel
def copy_rows(A, W):
    """W = A, both stored by rows."""
    m, n = A.shape
    for i in range(m):
        a, w = row(A, i, 0, n), row(W, i, 0, n)
        for j in range(n):
            w[j] = a[j]
