"""Reading and writing links computes nothing: no program is compiled, and nothing is searched for."""

import subprocess
import sys
from pathlib import Path

import pytest

from ravine.experiments import link
from ravine.experiments.link import ARENA_LOOKS, ROWS, decode, encode, read_link, write_link
from ravine.experiments.race import GROUPS, KNOBS, Run, default_race, race_on
from ravine.experiments.views.arena import ArenaView
from surfaces import SURFACES

ROOT = Path(__file__).parents[1]
LINKS = [
    "on=rastrigin",
    "on=rastrigin&run=polyak&run=adam~with-cosine&seed=7",
    "on=typed~text=sin(x)*y&run=typed~text=x = x - lr*g",
    "on=typed~turn=0.5~view=-1,1,-2,2~text=x**4 + y**2&run=polyak&start=0.5,0.5",
    "on=typed~text=x**2%2By**2%2B500&run=polyak&f_star=499.5",
    *(f"on={slug}~turn=0.3&lr=0.01&start=0,0" for slug in ("ravine", "himmelblau")),
]
COUNTS = """
import sys
import jax
from ravine.experiments.link import read_link, write_link
compiled = []
jax.monitoring.register_event_duration_secs_listener(
    lambda name, _seconds, **_more: compiled.append(name) if "compile" in name else None
)
for text in sys.argv[1:]:
    race = read_link(text)
    assert read_link(write_link(race)) == race
assert compiled == [], compiled
jax.jit(lambda x: x + 1)(1.0)
assert compiled, "the listener hears nothing"
"""


def test_reading_and_writing_links_compiles_nothing():
    """In a process of its own, where nothing was compiled before."""
    command = [sys.executable, "-c", COUNTS, *LINKS]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.fixture
def nothing_is_searched(monkeypatch):
    def refuse(surface):
        raise AssertionError(f"{surface} was searched")

    monkeypatch.setattr("ravine.experiments.race.floor_of", refuse)
    monkeypatch.setattr("surfaces._typed._opening", refuse)


@pytest.mark.parametrize("text", [*LINKS, *(f"on={slug}" for slug in SURFACES)])
def test_the_lowest_height_and_the_opening_of_a_function_are_not_searched_for(
    nothing_is_searched, text
):
    race = read_link(text)
    assert read_link(write_link(race)) == race
    assert decode(encode(race)) == race


def test_every_field_of_a_race_has_a_row():
    by_hand = {"surface", "lanes", "chosen"}  # on, run, and a part for each knob
    fields = {name for kind in GROUPS.values() for name in kind._fields}
    assert {row.field for row in ROWS} == fields - by_hand
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert not {row.name for row in ROWS} & {"on", "run", *KNOBS, *link.FOREIGN}


def test_a_field_stands_in_one_group():
    names = [name for kind in GROUPS.values() for name in kind._fields]
    assert len(names) == len(set(names))


def test_the_arena_turns_what_it_shows_and_nothing_else():
    assert {row.field for row in ROWS if row.by_arena} == set(ArenaView._fields)
    assert set(ARENA_LOOKS) == {row.name for row in ROWS if row.by_arena}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_as_usual_is_not_written(row):
    usual = race_on(SURFACES["beale"]())
    assert row.name not in encode(usual.replace(**{row.field: usual.get(row.field)}))


def test_another_surface_keeps_how_the_race_is_looked_at():
    """What a visitor has set on any page stays; what belongs to the old picture goes."""
    text = (
        "on=quadratic&many=search&goal=arrived&tune=all&tries=64&seed=7&over=beta1,lr&curves=gap"
        "&show=levels,step&view=panels&dial=shared--beta1&follow=adam-1&if=frozen&tol=0.01"
        "&at=3&zoom=-1,1,-1,1&eye=1,1,1&point=0,0&lr=0.1&gamma=0.7&start=1,1&steps=99&f_star=1"
    )
    before = read_link(text)
    after = encode(link.on_surface(before, SURFACES["himmelblau"]()))
    gone = {"at", "zoom", "eye", "point", "lr", "start", "steps", "f_star"}
    assert set(after) == set(encode(before)) - gone
    assert after["on"] == ["himmelblau"]
    assert all(after[name] == encode(before)[name] for name in set(after) - {"on"})


def test_a_shared_slider_opens_where_the_surface_has_it():
    run = Run(SURFACES["himmelblau"](), default_race().lanes)
    assert run.shared["lr"] == SURFACES["himmelblau"].lr
    assert run.shared["f_star"] == pytest.approx(0.0)
    assert run.start == SURFACES["himmelblau"].start
    with pytest.raises(TypeError):
        default_race().replace(nothing=1)
