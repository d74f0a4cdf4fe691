import csv
from pathlib import Path

import numpy as np

from nbrbf import datasets


def test_airports_are_those_of_the_file() -> None:
    airports = datasets.us_airports()
    assert {len(column) for column in airports} == {435}
    assert len(set(airports.iata.tolist())) == 435
    path = Path(datasets.__file__).with_name("us_airports.csv")
    with path.open(newline="") as file:
        last = list(csv.reader(file))[-1]
    assert [airports.iata[-1], *(repr(float(c[-1])) for c in airports[1:])] == [
        last[0],
        *(repr(float(cell)) for cell in last[1:]),
    ]


def test_airports_lie_in_the_contiguous_states() -> None:
    airports = datasets.us_airports()
    assert airports.longitude_deg.dtype == np.float64
    assert -125 < airports.longitude_deg.min() < airports.longitude_deg.max() < -66
    assert 24 < airports.latitude_deg.min() < airports.latitude_deg.max() < 50
    assert -90 < airports.elevation_m.min() < airports.elevation_m.max() < 3000


def test_credit_stands_beside_the_data() -> None:
    note = Path(datasets.__file__).with_name("README.md").read_text()
    assert datasets.US_AIRPORTS_CREDIT in note
