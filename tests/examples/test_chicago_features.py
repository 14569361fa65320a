"""Every class of feature on Chicago's complaints: the as-of invariant and the oracles."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import SchoolTerm
from riskmodel.base.days import NEVER, to_day
from riskmodel.records.history import Coverage, History, from_columns
from tests import oracles
from tests.worlds.drawn_histories import KINDS, square
from tests.worlds.every_feature import FEATURES
from tests.worlds.open_examples import take

NOISE, THEFT, HAZARD = list(KINDS).index("noise"), list(KINDS).index("theft"), list(KINDS).index("hazard")
DATES = tuple(to_day(day) for day in ("2011-01-20", "2011-08-09", "2012-02-29", "2012-12-31", "2013-06-15", "2014-05-01"))


@pytest.fixture(scope="module")
def complaints(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Chicago's complaints three times, under the kinds of the tests' features.

    ``noise`` is known when it is made and ``theft`` only when it is completed, with the delays that the city had;
    ``hazard`` is open from the one day to the other.
    """
    _, taken = take("chicago", open_data, tmp_path_factory.mktemp("chicago"), ["sanitation"])
    rows = taken.of(kind="sanitation")
    areas = json.loads((open_data / "chicago_community_areas.geojson").read_text(encoding="utf-8"))["features"]
    residents = {str(one["properties"]["community_area"]): one["properties"]["population_2010"] for one in areas}
    places = replace(
        rows.places,
        groupings={"town": rows.places.groupings["side"]},
        exposures={"households": np.array([float(residents[rows.places.ids[cell]]) for cell in rows.places.cell])},
        attributes={"floors": np.arange(len(rows.places.cell), dtype=np.float64)},
    )
    parts = [
        (NOISE, rows.occurred, rows.known, np.full(len(rows), NEVER)),
        (THEFT, rows.occurred, rows.ended, np.full(len(rows), NEVER)),
        (HAZARD, rows.occurred, rows.known, rows.ended),
    ]
    kind, occurred, known, ended = (
        np.concatenate([np.broadcast_to(part[column], len(rows)) for part in parts]) for column in range(4)
    )
    done = known != NEVER
    first, last = int(rows.occurred.min()), int(rows.occurred.max())
    return from_columns(
        places, KINDS, kind=kind[done], cell=np.tile(rows.cell, 3)[done], occurred=occurred[done], known=known[done],
        until=rows.until[np.tile(np.arange(len(rows)), 3)[done]], ended=ended[done], amount=np.ones(int(done.sum())),
        coverage=(Coverage("calls", ("noise", "hazard"), first, last, last + 1, 4), Coverage("web", ("theft",), first)),
    )  # fmt: skip


def test_nothing_unknown_moves_a_bit_together_or_alone(complaints: History) -> None:
    assert len(complaints) > 200_000
    delays = (complaints.known - complaints.occurred)[complaints.kind == THEFT]
    assert (delays > 0).mean() > 0.5
    many = design(complaints, DATES, FEATURES)
    unknown = {type(feature) for feature in FEATURES if np.isnan(many.column(feature.name)).all()}
    assert unknown == {SchoolTerm}  # of other years
    for at, t in enumerate(DATES):
        then = complaints.known_by(t)
        assert len(then) < len(complaints)
        one = design(then, [t], FEATURES)
        assert many.take(many.as_of == t).identical(one)
        assert design(complaints, [t], FEATURES).identical(one)
        for feature in FEATURES[at :: len(DATES)]:
            alone = design(then, [t], [feature])
            np.testing.assert_array_equal(alone.X[:, 0], one.column(feature.name), err_msg=feature.name)


def test_every_feature_is_what_its_definition_says(complaints: History) -> None:
    first = to_day("2011-10-01")
    rng = np.random.default_rng(2)
    part = complaints.between(first, first + 400)
    part = part.take(np.isin(part.cell, [5, 6, 7, 20]) & (rng.random(len(part)) < 0.05))
    # the oracle of distances knows rectangles in a plane
    part = replace(part, places=replace(part.places, shapes=tuple(square(cell) for cell in range(len(part.places)))))
    assert len(part) > 100
    for cell, t in ((6, first + 150), (20, first + 151 + 60)):
        made = design(part, [t], FEATURES)
        oracle = oracles.Oracle(part, cell, t)
        for feature in FEATURES:
            got, true = float(made.column(feature.name)[cell]), oracle(feature)
            if oracles.whole(feature):
                np.testing.assert_equal(got, np.float32(true), err_msg=feature.name)
            else:
                np.testing.assert_allclose(got, true, rtol=1e-5, atol=1e-13, err_msg=feature.name)
