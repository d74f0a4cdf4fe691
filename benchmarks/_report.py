"""RESULTS.md and its figures from the JSON files of one run of all benchmarks."""

import json
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]
Results = dict[str, dict[str, Any]]


def write(folder: Path) -> Path:
    """Read ``folder/results``, draw into ``folder/figures``, write ``folder/RESULTS.md``.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    results: Results = {
        path.stem.removeprefix("bench_"): json.loads(path.read_text())
        for path in sorted((folder / "results").glob("bench_*.json"))
    }
    (folder / "figures").mkdir(exist_ok=True)
    lines = [
        "# Results",
        "",
        "One run of `python -m benchmarks`, which wrote this file. Above 1, a ratio says nbrbf is",
        "faster, unless its column says otherwise. Each benchmark compares answers before it",
        "takes times, and says in its first lines what is measured.",
        "",
        *_machine(results["lu"]["machine"]),
    ]
    for name, draw in FIGURES.items():
        title = draw(results, folder / "figures" / f"{name}.png")
        lines += ["", f"![{title}](figures/{name}.png)"]
    for name, parts in results.items():
        for part, rows in parts.items():
            if part != "machine" and rows:
                lines += ["", f"## {name}" + ("" if part == "rows" else f": {part}"), ""]
                lines += _table(rows)
    path = folder / "RESULTS.md"
    path.write_text("\n".join(lines) + "\n")
    return path


def _machine(machine: dict[str, Any]) -> list[str]:
    said = [f"{key} {value}" for key, value in machine.items() if key not in ("blas", "processor")]
    return [f"{machine['processor']}, {', '.join(said)}; {'; '.join(machine['blas'])}."]


def _table(rows: Rows) -> list[str]:
    names = list(rows[0])
    cells = [[_cell(row.get(name, "-")) for name in names] for row in rows]
    lines = [names, ["---"] * len(names), *cells]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _cell(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _axes(title: str, x: str, y: str) -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7.0, 4.2), layout="constrained")
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.grid(True, which="both", alpha=0.25)
    return figure, axes


def _save(figure: Any, axes: Any, path: Path) -> None:
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=110)


def _of(rows: Rows, **wanted: Any) -> Rows:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def time_against_n(results: Results, path: Path) -> str:
    """Fits beside SciPy's, and gradients beside JAX and PyTorch."""
    title = "Thin plate spline: fit, and gradient in all inputs"
    figure, axes = _axes(title, "points", "time [ms]")
    fits = _of(results["fit"]["rows"], kernel="thin_plate_spline")
    N = [row["N"] for row in fits]
    axes.loglog(N, [row["ours [us]"] * 1e-3 for row in fits], "o-", label="fit, nbrbf")
    axes.loglog(N, [row["SciPy [us]"] * 1e-3 for row in fits], "o--", label="fit, SciPy")
    gradients = _of(results["reverse"]["peers"], kernel="thin_plate_spline")
    N, ours = ([row[key] for row in gradients] for key in ("N", "ours [ms]"))
    axes.loglog(N, ours, "s-", label="gradient, nbrbf")
    for peer, name in (("jax", "JAX"), ("torch", "PyTorch")):
        if all(isinstance(row[peer], float) for row in gradients):
            theirs = [row[peer] * row["ours [ms]"] for row in gradients]
            axes.loglog(N, theirs, "s--", label=f"gradient, {name}")
    _save(figure, axes, path)
    return title


def ratio_to_scipy(results: Results, path: Path) -> str:
    """By kernel: evaluation and fit."""
    title = "SciPy's better time, of one thread and default, over ours on one; 2-d"
    figure, axes = _axes(title, "", "times as fast")
    evaluations = _of(results["evaluate"]["rows"], N=2000)
    kernels = [row["kernel"] for row in evaluations]
    fits = {row["kernel"]: row["fit"] for row in _of(results["fit"]["rows"], N=1000)}
    places = range(len(kernels))
    left, right = ([place + shift for place in places] for shift in (-0.2, 0.2))
    speeds = [row["speed-up"] for row in evaluations]
    axes.bar(left, speeds, 0.4, label="evaluation, 2000 points, 5000 targets")
    axes.bar(right, [fits[name] for name in kernels], 0.4, label="fit of 1000 points")
    axes.axhline(1.0, color="black", linewidth=0.8)
    axes.set_xticks(places, [name.replace("_", "\n") for name in kernels], fontsize=8)
    _save(figure, axes, path)
    return title


def cost_of_derivatives(results: Results, path: Path) -> str:
    """Dual and adjoint LU beside what the operations say."""
    title = "LU with derivatives, over the LU alone"
    figure, axes = _axes(title, "n", "time / time of getrf")
    for p in sorted({row["partials"] for row in results["dual"]["rows"]}):
        rows = _of(results["dual"]["rows"], partials=p)
        n, cost = ([row[key] for row in rows] for key in ("n", "x dual"))
        (line,) = axes.loglog(n, cost, "o-", label=f"dual, {p} partials")
        axes.axhline(1 + 2 * p, color=line.get_color(), linestyle=":")
    rows = results["adjoints"]["factorisations"]
    n, cost = ([row[key] for row in rows] for key in ("n", "vjp / getrf"))
    (line,) = axes.loglog(n, cost, "s-", label="adjoint")
    axes.axhline(2.0, color=line.get_color(), linestyle=":", label="count of operations")
    _save(figure, axes, path)
    return title


def rate_of_lu(results: Results, path: Path) -> str:
    """Of our LU, LAPACK's, and a product of matrices."""
    title = "LU on one thread"
    figure, axes = _axes(title, "n", "GFLOP/s")
    rows = _of(results["lu"]["rows"], **{"BLAS threads": "one"})
    n = [row["n"] for row in rows]
    for name in ("A B", "getrf", "dgetrf"):
        rate = [row[f"{name} [GFLOP/s]"] for row in rows]
        axes.semilogx(n, rate, "o-", label={"A B": "product of matrices"}.get(name, name))
    _save(figure, axes, path)
    return title


FIGURES = {
    "time": time_against_n,
    "scipy": ratio_to_scipy,
    "derivatives": cost_of_derivatives,
    "lu": rate_of_lu,
}
