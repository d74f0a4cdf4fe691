"""LU and triangular solves as operations: their tangents come from dual arrays."""

from dataclasses import dataclass
from typing import Any

from nbrbf import linalg
from nbrbf.bridges._operation import Each, cast, double, floating, tangent
from nbrbf_kernels.dual import DualArray


class _ByDuals:
    """An operation whose value and cotangents take dual arrays."""

    def value(self, u: Each) -> Any:
        raise NotImplementedError

    def cotangents(self, u: Each, f_bar: Any) -> Any:
        raise NotImplementedError

    def evaluate(self, u: Each) -> Any:
        """f(u)."""
        return self.value(list(map(double, u))).astype(floating(*u), copy=False)

    def pushforward(self, u: Each, du: Each) -> Any:
        """f'(u) u'."""
        return self.value(_moving(u, du)).partials[0].astype(floating(*u), copy=False)

    def pullback(self, u: Each, f_bar: Any) -> list[Any]:
        """A cotangent of each argument."""
        bars = self.cotangents(list(map(double, u)), double(f_bar))
        return [cast(bar, primal) for bar, primal in zip(bars, u, strict=True)]

    def curvature(self, u: Each, f_bar: Any, du: Each) -> list[Any]:
        """Their tangents."""
        bars = self.cotangents(_moving(u, du), double(f_bar))
        return [tangent(bar, primal) for bar, primal in zip(bars, u, strict=True)]


def _moving(u: Each, du: Each) -> list[Any]:
    """The arguments as dual arrays of one partial."""
    return [
        double(x) if t is None else DualArray(double(x), double(t)[None])
        for x, t in zip(u, du, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class Factors(_ByDuals):
    """The factors of one matrix a, found already."""

    lu: Any
    piv: Any

    def value(self, u: Each) -> Any:
        (a,) = u
        return linalg.lu_factor(a)[0] if isinstance(a, DualArray) else self.lu

    def cotangents(self, u: Each, f_bar: Any) -> Any:
        return (linalg.lu_factor_vjp((self.value(u), self.piv), f_bar),)


@dataclass(frozen=True, eq=False)
class FactoredSolve(_ByDuals):
    """x(lu, b)."""

    piv: Any
    trans: int
    check_finite: bool

    def value(self, u: Each) -> Any:
        lu, b = u
        return linalg.lu_solve((lu, self.piv), b, self.trans, check_finite=self.check_finite)

    def cotangents(self, u: Each, f_bar: Any) -> Any:
        return linalg.lu_solve_vjp((u[0], self.piv), self.value(u), f_bar, self.trans)


@dataclass(frozen=True)
class TriangularSolve(_ByDuals):
    """x(a, b)."""

    trans: Any
    lower: bool
    unit_diagonal: bool
    check_finite: bool

    def value(self, u: Each) -> Any:
        a, b = u
        return linalg.solve_triangular(
            a, b, self.trans, self.lower, self.unit_diagonal, check_finite=self.check_finite
        )

    def cotangents(self, u: Each, f_bar: Any) -> Any:
        flags = self.trans, self.lower, self.unit_diagonal
        return linalg.solve_triangular_vjp(u[0], self.value(u), f_bar, *flags)
