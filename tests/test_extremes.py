"""The largest race that a link can ask for stays within a stated budget, and what is larger is refused."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.experiments.inside import available
from ravine.experiments.link import LONGER, decode, encode, read_link, write_link
from ravine.experiments.race import MARKS, MOST_LANES, MOST_STEPS, TRIES
from ravine.server import assets, routes

client = TestClient(Starlette(routes=routes.routes()))
PREVIEW, FAN, PART = 2_200_000, 4_000_000, 350_000  # bytes, compressed


def largest():
    """Every lane that there may be, of the rule that remembers most, and everything that can be shown."""
    lanes = [
        f"adan~lr={0.001 * k}~with-clip_norm~with-l2~with-cosine" for k in range(1, MOST_LANES + 1)
    ]
    query = {
        "on": ["rastrigin~turn=0.5"],
        "run": lanes,
        "steps": [str(MOST_STEPS)],
        "show": [",".join(MARKS)],
    }
    race = decode(query)
    return race.replace(curves=available(race.lanes, True, race.surface.isolated))


@pytest.fixture(scope="module")
def link():
    race = largest()
    assert read_link(write_link(race)) == race
    return encode(race)


def weight(kind, **query):
    answer = client.get(kind, params=query, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200, answer.text
    return len(gzip.compress(answer.content, 1))


def test_the_largest_race_is_within_the_budget(link):
    assert weight(assets.address("race"), **link) < PREVIEW
    assert weight(assets.figure_address("fan"), **link, knob="shared--beta1") < FAN


def test_the_largest_map_comes_in_parts_within_the_budget():
    query = {
        "many": "map",
        "on": "rastrigin",
        "run": "adam",
        "over": "lr,beta1",
        "steps": str(MOST_STEPS),
    }
    assert weight(assets.figure_address("map"), **query, n="256", first="0") < PART


@pytest.mark.parametrize(
    "query",
    [
        {"run": ["adam"] * (MOST_LANES + 1)},
        {"steps": [str(MOST_STEPS + 1)]},
        {"steps": ["9" * 9]},
        {"tries": [str(max(TRIES) + 1)]},
        {"on": ["typed~text=" + "x+" * LONGER["on"] + "x"]},
        {"run": ["typed~text=" + "x=x-g;" * LONGER["run"]]},
        {"zoom": ["-1e7,1e7,-1,1"]},
    ],
    ids=["lanes", "steps", "digits", "tries", "function", "rule", "window"],
)
def test_what_is_larger_is_refused_with_a_sentence(query):
    answer = client.get(assets.address("race"), params=query)
    assert answer.status_code == 400
    assert answer.text.endswith(".")
    assert len(answer.text) < 300
