"""Real data small enough to ship with the package."""

import csv
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

US_AIRPORTS_CREDIT = "OurAirports (ourairports.com/data), public domain"


class Airports(NamedTuple):
    """Columns of `us_airports`, one entry for each airport."""

    iata: npt.NDArray[np.str_]
    longitude_deg: npt.NDArray[np.float64]
    latitude_deg: npt.NDArray[np.float64]
    elevation_m: npt.NDArray[np.float64]


def us_airports() -> Airports:
    """Elevation of 435 airports of the contiguous United States.

    Source: OurAirports (ourairports.com/data), public domain; the credit line
    `US_AIRPORTS_CREDIT` goes wherever the data goes.

    Returns
    -------
    Airports
        Named tuple of arrays of shape (435,): `iata` (codes of three letters), `longitude_deg`
        and `latitude_deg` (degrees east and north, WGS84), `elevation_m` (metres above sea level).

    Examples
    --------
    >>> from nbrbf.datasets import us_airports
    >>> airports = us_airports()
    >>> float(airports.elevation_m[airports.iata == "DEN"][0])
    1655.4
    """
    text = files(__name__).joinpath("us_airports.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    numbers = (
        np.array([float(row[name]) for row in rows])
        for name in ("longitude_deg", "latitude_deg", "elevation_m")
    )
    return Airports(np.array([row["iata"] for row in rows]), *numbers)
