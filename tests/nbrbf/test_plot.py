from pathlib import Path

import numpy as np
import pytest

from nbrbf import _plot

WORDS = _plot.Words(["longitude_deg", "latitude_deg"], "elevation_m", "Hills", "nobody")


def picture(path: Path) -> np.ndarray:
    image = pytest.importorskip("matplotlib.image")
    return np.asarray(image.imread(path))


def hills() -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    axes = [np.linspace(-10.0, 10.0, 60), np.linspace(30.0, 50.0, 40)]
    x, y = np.meshgrid(*axes)
    f = 500 * (1 + np.sin(x / 3) * np.cos(y / 4))
    points = np.random.default_rng(0).uniform([-10, 30], [10, 50], (50, 2))
    return axes, f, points, 500 * (1 + np.sin(points[:, 0] / 3) * np.cos(points[:, 1] / 4))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("elevation_m", "elevation (m)"),
        ("longitude_deg", "longitude (°)"),
        ("wind_speed", "wind speed"),
        ("m", "m"),
        ("_m", " m"),
    ],
)
def test_labels_spell_out_units(column: str, text: str) -> None:
    assert _plot.label(column) == text


def test_a_surface_is_saved_with_its_colours_and_dots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    _plot.save_surface(tmp_path / "a.png", *hills(), WORDS)
    image = picture(tmp_path / "a.png")
    assert min(image.shape[:2]) > 400
    colours = np.unique((image[..., :3] * 15).astype(int) @ [1, 16, 256])
    assert len(colours) > 100


def test_the_surface_fades_far_from_the_points() -> None:
    axes = [np.linspace(0.0, 10.0, 11), np.linspace(0.0, 20.0, 21)]
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    opacity = _plot._certainty(axes, points, aspect=1.0)
    assert opacity.shape == (21, 11)
    assert opacity[0, 0] == opacity[0, 1] == opacity[1, 0] == 1.0
    assert opacity[20, 10] == opacity[0, 10] == pytest.approx(0.15)


def test_degrees_of_longitude_are_drawn_shorter() -> None:
    extent = (0.0, 40.0, 50.0, 70.0)
    assert _plot._aspect(["lon", "lat"], extent) == pytest.approx(2.0)
    assert _plot._aspect(["x", "y"], extent) == 1.0
    assert _plot._aspect(["x", "y"], (0.0, 1.0, 0.0, 100.0)) == 0.0


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_file_formats(tmp_path: Path, ending: str) -> None:
    pytest.importorskip("matplotlib")
    assert ending in _plot.formats()
    path = tmp_path / f"curve.{ending}"
    x = np.linspace(0.0, 1.0, 30)
    words = _plot.Words(["time_s"], "cost_$", "A $ sign and a 字")
    _plot.save_curve(path, x, np.sin(x), x[::5], np.sin(x[::5]), words)
    magic = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}[ending]
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize("value", ["height", "temperature"])
def test_a_flat_surface_and_doubled_points_are_drawn(tmp_path: Path, value: str) -> None:
    pytest.importorskip("matplotlib")
    axes, f, points, d = hills()
    points = np.repeat(points, 2, axis=0)
    words = _plot.Words(["x", "y"], value, "Flat")
    flat = np.full_like(f, 3.0), points, np.full(2 * len(d), 3.0)
    _plot.save_surface(tmp_path / "flat.png", axes, *flat, words)
    assert picture(tmp_path / "flat.png").std() > 0
