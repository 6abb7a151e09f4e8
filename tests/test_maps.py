"""Maps as the browser gets them: parts, cells and tables, asked as a browser asks."""

import json
import struct
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.experiments.link import decode
from ravine.experiments.maps import basins, knob_map
from ravine.experiments.race import MOST_LANES, run_race
from ravine.figures.many import basin_planes, map_planes
from ravine.server import assets, maps, routes
from surfaces import SURFACES

client = TestClient(Starlette(routes=routes.routes()))
MAP = {"many": "map", "on": "quadratic", "run": "momentum", "over": "lr,gamma"}
BASINS = {"many": "basins", "on": "himmelblau", "run": "adam"}


def asked(kind, **query):
    return client.get(assets.figure_address(kind), params=query)


def race(**query):
    return decode({name: [value] for name, value in query.items()})


def part(**query):
    body = asked("map", **query).content
    (length,) = struct.unpack("<I", body[:4])
    head = json.loads(body[4 : 4 + length])
    return head, np.frombuffer(body[4 + length :], "<f4").reshape(
        head["planes"], len(head["y"]), head["n"]
    )


def whole(n, **query):
    """A map as the browser puts it together, and the best of it."""
    rows, heads = [], []
    while sum(len(row[0]) for row in rows) < n:
        head, planes = part(**query, n=n, first=sum(len(row[0]) for row in rows))
        rows.append(planes)
        heads.append(head)
    return np.concatenate(rows, axis=1), heads


@pytest.mark.parametrize("more", [{}, {"goal": "arrived"}, {"steps": "500"}])
def test_the_parts_of_a_map_are_the_map(more):
    one = race(**MAP, **more)
    found = knob_map(one, one.lanes[0], "lr", "gamma", 128, one.many.goal)
    planes, heads = whole(128, **MAP, **more)
    np.testing.assert_allclose(planes, np.float32(map_planes(found, one.many.goal, True)))
    assert heads[0]["x"] == found.x.tolist()
    assert [y for head in heads for y in head["y"]] == found.y.tolist()
    best = min((head["best"] for head in heads if head["best"]), key=lambda best: best["goal"])
    assert best["goal"] == found.goals.min()
    assert best["said"].startswith("η = ")


def test_the_parts_of_basins_are_the_basins():
    one = race(**BASINS)
    planes, heads = whole(64, **BASINS)
    np.testing.assert_allclose(
        planes, np.float32(basin_planes(basins(one, one.lanes[0], 64), 4, one.steps))
    )
    assert {head["best"] for head in heads} == {None}


@pytest.mark.parametrize("steps", [1, 150, 2000])
@pytest.mark.parametrize("rule", ["adam", "typed~text=x = x - lr*g"])
@pytest.mark.parametrize("n", maps.SIDES)
def test_no_part_is_more_work_than_a_server_gives_at_a_time(steps, rule, n):
    one, first = race(run=rule, steps=str(steps)), 0
    while first < n:
        begun, first = maps.rows_from(one, n, first)
        assert begun < first
        assert (first - begun) * n <= maps.MOST_RUNS
        assert (first - begun) * n * steps <= maps.MOST_MAP_STEPS


def test_the_address_of_a_map_is_that_of_one_optimizer():
    one = race(
        many="map", run="adam~name=Mine~hidden", lr="0.3", at="5", zoom="-1,1,-1,1", start="1,1"
    )
    query = parse_qs(urlsplit(maps.map_address(one, 0, over=("lr", "beta1"))).query)
    assert query == {
        "run": ["adam"],
        "lr": ["0.3"],
        "start": ["1.0,1.0"],
        "many": ["map"],
        "over": ["lr,beta1"],
    }


def test_a_cell_tells_its_run():
    answer = asked("cell", **MAP, x="0.05", y="0.5", mode="dark", lang="en").json()
    (trace,) = run_race(race(**MAP, lr="0.05", gamma="0.5"))
    assert answer["said"].startswith(
        f"η = 0.05, γ = 0.5: f − f* at the last step = {trace.loss[-1]:.4g}".replace("e-", "e−")
    )
    picture = client.get(answer["picture"])
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert (
        asked("cell", **BASINS, x="3", y="2.1", mode="light")
        .json()["said"]
        .startswith("From (3, 2.1).")
    )


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("map", {**MAP, "n": "65"}),
        ("map", {**MAP, "n": "64", "first": "64"}),
        ("map", {**MAP, "n": "64", "first": "-1"}),
        ("map", {**MAP, "n": "64", "first": "٣"}),
        ("map", {**MAP, "over": "lr,lr", "n": "64"}),
        ("map", {**MAP, "over": "lr,beta2", "n": "64"}),
        ("map", {"many": "map", "n": "64"}),
        ("map", {**MAP, "run": ["adam"] * (MOST_LANES + 1)}),
        ("map.csv", {**MAP, "over": "lr,beta2"}),
        ("cell", {**MAP, "x": "1e9", "y": "0.5", "mode": "dark"}),
        ("cell", {**MAP, "x": "nan", "y": "0.5", "mode": "dark"}),
        ("cell", {**MAP, "x": "one", "y": "0.5", "mode": "dark"}),
        ("cell", {**BASINS, "x": "1e9", "y": "0.5", "mode": "dark"}),
        ("cell", {**BASINS}),
    ],
)
def test_a_wrong_question_is_a_sentence(kind, query):
    answer = asked(kind, **query)
    assert answer.status_code == 400
    assert answer.text.endswith(".")
    assert "Error" not in answer.text


def test_the_table_of_a_map_has_every_digit():
    answer = asked("map.csv", **MAP, n="64")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="ravine-map.csv"' in answer.headers["content-disposition"]
    heads, *rows = answer.text.splitlines()
    assert heads == "lr,gamma,height,lost"
    one = race(**MAP)
    found = knob_map(one, one.lanes[0], "lr", "gamma", 64, "height")
    numbers = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    np.testing.assert_array_equal(numbers[:, 2], found.goals.ravel())
    np.testing.assert_array_equal(numbers[:64, 0], found.x)
    np.testing.assert_array_equal(numbers[:, 3], found.lost.ravel())


def test_the_table_of_basins_leaves_empty_what_there_is_not():
    heads, *rows = asked("map.csv", **BASINS, n="64").text.splitlines()
    assert heads == "x1,x2,minimum,steps"
    assert len(rows) == 64 * 64
    assert {row.split(",")[2] for row in rows} <= {"", "1", "2", "3", "4"}
    assert any(row.endswith(",,") for row in rows)


@pytest.mark.parametrize("surface", sorted(SURFACES))
def test_every_surface_has_basins_that_are_served(surface):
    head, planes = part(many="basins", on=surface, run="gradient_descent", n="64", steps="5")
    assert (np.isfinite(planes).sum(axis=0) == 1).all()
    assert head["planes"] == len(planes)
