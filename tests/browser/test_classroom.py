"""The driver of benchmarks/classroom.py: visitors without a browser on a real server, and what it calls an error."""

import random
import types

import numpy as np
import pytest

from benchmarks.classroom import Answer, Tally, Visitor, is_path_of, load, own_race, percentiles
from benchmarks.wire import Page, Picture, WrongError, component_picture
from tests.browser.conftest import apart

pytestmark = pytest.mark.browser


def visiting(address, work):
    async def visit():
        one = Visitor(address, 0, Tally(random.Random(1)), random.Random(1))
        await one._open()
        try:
            return await work(one)
        finally:
            await one.leave()

    return apart(visit())


def test_three_visitors_move_sliders_and_every_answer_is_the_right_one(address):
    figures = dict.fromkeys(("seconds", "others", "memory", "descriptors"), lambda: 0)
    server = types.SimpleNamespace(address=address, **figures)
    seen = apart(load(server, 3, 1.5, think=0.6))
    seen.tally.compare()
    assert not seen.tally.errors
    assert len(seen.tally.times["first visit"]) == 3
    assert len(seen.tally.times["rest"]) == len(seen.tally.times["preview"]) >= 3
    assert len(seen.tally.answers) == 3 + len(seen.tally.times["preview"])


def test_an_answer_of_another_race_or_another_visitor_is_an_error(address):
    async def work(one):
        before = one.race
        one.race = own_race(0, random.Random(2))
        with pytest.raises(WrongError, match="another address"):
            await one._rest("shared--lr", "0.2")
        with pytest.raises(WrongError, match="another race"):
            await one._preview(before, "shared--lr", "0.25")
        (seen,) = [answer.picture for answer in one.tally.answers]
        with pytest.raises(WrongError, match="an old one"):
            one._check(seen, before)
        one.visit = "?"
        with pytest.raises(WrongError, match="another visitor's"):
            one._check(seen, before)

    visiting(address, work)


def test_a_complaint_that_goes_is_painted_and_the_next_move_needs_no_run(address):
    async def work():
        page = Page(address, "run=adam&steps=many")
        await page.open()
        ran = [not await page.rest("shared--lr", text) for text in ("0.2", "0.25", "0.28")]
        run = await page.rerun()
        await page.close()
        return ran, component_picture(run.components["ravine_arena"]).data["link"]

    assert apart(work()) == ([True, False, False], "run=adam&lr=0.28")


def test_paths_are_compared_to_the_last_bit(address):
    async def work(one):
        return one.tally.answers[0]

    answer = visiting(address, work)
    assert is_path_of(answer)
    x = answer.picture.columns["x"].copy()
    x[3] = np.nextafter(x[3], np.float32(9))
    other = Picture(answer.picture.data, {**answer.picture.columns, "x": x})
    assert not is_path_of(Answer(answer.race, other))
    assert not is_path_of(answer._replace(race=own_race(0, random.Random(3))))


def test_percentiles_of_nothing_are_no_numbers():
    assert np.isnan(percentiles([])["p95"])
    assert percentiles([1.0, 2.0, 3.0])["p50"] == 2.0
