"""Compile what everyone needs before the first visitor comes, and keep the garbage collector away
from it.
"""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple

from optim import OPTIMIZERS
from ravine.core.bounded_jit import SHELF
from ravine.experiments.critical import critical_points
from ravine.experiments.fan import fan
from ravine.experiments.field import sample
from ravine.experiments.floor import floor_of
from ravine.experiments.grounds import FIRST, MENU, TYPED, opened
from ravine.experiments.inside import coasts, rates, usual
from ravine.experiments.lanes import Lane, typed_lane
from ravine.experiments.link import decode, encode, read_link, write_surface
from ravine.experiments.maps import basins, knob_map
from ravine.experiments.presets import PRESETS
from ravine.experiments.race import KNOBS, Race, default_race, lane, race_on, rule_of
from ravine.experiments.scores import knobs_for
from ravine.experiments.trace import bucket, run
from ravine.figures.curves import frame
from ravine.figures.levels import GRID_POINTS, level_curves
from ravine.figures.plain import to_json
from ravine.payload.names import CLASSICS
from ravine.server.collect_on_schedule import give_back, keep
from ravine.server.maps import SIDES
from ravine.server.program_cache import keep_few, keep_programs
from surfaces import Surface, turned, typed

# seconds that the first visitors have the processor to themselves
PATIENCE = float(os.environ.get("RAVINE_PATIENCE", "10"))


# a function of many operations
LONG_FUNCTION = " + ".join(f"sin({k}x)*cos({k}y)" for k in range(1, 11))

logger = logging.getLogger("ravine")


def first() -> dict[str, float]:
    """Everything that the default race needs. Returns the seconds that each part took."""
    folder = keep_programs()
    if folder:
        keep_few(folder)
    race, clock = default_race(), time.perf_counter
    began = clock()
    compile_race(race)
    compiled = clock()
    field = sample(race.surface, n=GRID_POINTS["full"])
    for mode in ("light", "dark"):
        to_json(level_curves(field, floor_of(race.surface), race.surface.levels, mode))
        [frame(name, mode).to_json() for name in usual(bounded=True)]
    drawn = clock()
    keep()
    parts = {"compile": compiled - began, "draw": drawn - compiled}
    logger.info("warm: %s", ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items()))
    return parts


def compile_race(race: Race) -> None:
    """Compile every lane of `race` and its field, on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [
            pool.submit(run, rule_of(race, lane), race.surface, race.start, race.steps)
            for lane in race.lanes
        ]
        jobs.append(pool.submit(sample, race.surface))  # type: ignore[arg-type]
        for job in jobs:
            job.result()


def rest_in_background() -> threading.Thread:
    """Compile the rules of the seeds on every surface, one program after the other and out of the
    way.

    A surface that a visitor opens comes before the others, with every rule in every form
    (`expect`): who picks one there finds it compiled.
    """

    def everything() -> None:
        time.sleep(PATIENCE)
        _live(default_race())
        for preset in PRESETS:  # the gallery draws them all on the first page
            compile_race(read_link(preset.link))
        # with no place to keep them, most would be let go before anybody comes
        for slug in (TYPED, *MENU) if SHELF.store else ():
            _expected.put(Job(slug, bucket(opened(slug).steps), "seeds"))
        kept = False
        while True:
            if not kept and _expected.is_empty():
                kept = True
                keep()
            job = _expected.get()
            try:
                _compile_maps(job) if isinstance(job, Maps) else _compile(job)
            except (RuntimeError, ValueError, OSError):
                logger.exception("could not compile ahead: %s", job)
            give_back()

    thread = threading.Thread(target=everything, name="warm-up", daemon=True)
    thread.start()
    return thread


def expect(surface: Surface, steps: int) -> None:
    """Let every rule on this surface, for so many steps, be compiled before anything that no
    visitor waits for.
    """
    _expected.put(Job(surface.slug(), bucket(steps), "all", surface.angle is not None), first=True)


def expect_maps(race: Race) -> None:
    """Let the programs of basins, and of maps, be compiled for every lane of a race before a
    visitor opens them.
    """
    for racer in reversed(race.lanes):
        written = encode(race_on(race.surface, (racer._replace(own={}, name="", hidden=False),)))
        _expected.put(Maps(write_surface(race.surface), tuple(written.get("run", ()))), first=True)


class Job(NamedTuple):
    """Rules to compile on a surface."""

    surface: str
    steps: int
    rules: Literal["seeds", "all"]
    turned: bool = False


class Maps(NamedTuple):
    """A lane on its surface, as links write them, whose maps are to be compiled."""

    surface: str
    lane: tuple[str, ...]


class Waiting:
    """What is to be compiled, each job once; one that is asked for again moves up. For many
    threads.
    """

    def __init__(self) -> None:
        self._jobs: list[Job | Maps] = []
        self._seen: set[Job | Maps] = set()
        self._news = threading.Condition()

    def put(self, job: Job | Maps, first: bool = False) -> None:
        """Add a job, at the end or before all others, unless it was there before."""
        with self._news:
            if job in self._jobs and first:
                self._jobs.remove(job)
            elif job in self._seen:
                return
            self._seen.add(job)
            self._jobs.insert(0 if first else len(self._jobs), job)
            self._news.notify()

    def is_empty(self) -> bool:
        """Whether no job waits."""
        with self._news:
            return not self._jobs

    def get(self) -> Job | Maps:
        """The next job; waits until there is one."""
        with self._news:
            self._news.wait_for(lambda: self._jobs)
            return self._jobs.pop(0)


_expected = Waiting()


def _compile(job: Job) -> None:
    for surface in _grounds(job):
        race = race_on(surface)
        for racer in _racers(job):
            run(rule_of(race, racer), race.surface, race.start, job.steps)
            time.sleep(0.05)
        sample(race.surface, n=GRID_POINTS["full"])
        if job.rules == "all":
            critical_points(race.surface)


def _compile_maps(job: Maps) -> None:
    race = decode({"on": [job.surface], "run": list(job.lane)}).replace(steps=1)
    (racer,) = race.lanes
    keys = [*knobs_for(race, racer)][:2]
    for n in SIDES[:2]:
        if len(floor_of(race.surface).places):
            basins(race, racer, n)
        if keys[1:]:
            knob_map(race, racer, keys[0], keys[1], n, "height")
        time.sleep(0.05)


def _grounds(job: Job) -> list[Surface]:
    """The surface of a job. A function that is typed runs in one of two programs: there is one for
    long ones.
    """
    grounds = (
        [typed(FIRST), typed(LONG_FUNCTION)] if job.surface == TYPED else [opened(job.surface)]
    )
    return [turned(ground, 0.0) if job.turned else ground for ground in grounds]


def _racers(job: Job) -> list[Lane]:
    """The first form of each rule, then a typed one, then the other forms."""
    if job.rules == "seeds":
        return [lane(rule) for rule in CLASSICS]
    firsts = [lane(rule) for rule in OPTIMIZERS]
    others = [lane(one.rule, name) for one in firsts for name in one.kind.dialects if name]
    return [*firsts, typed_lane("x -= lr*g"), *others]


def _live(race: Race) -> None:
    """Compile what the live knob and the arrows of `race` need."""
    fan([race] * len(KNOBS[race.arena.dial.rpartition("--")[2]].grid()))
    for racer in race.lanes:
        rule = rule_of(race, racer)
        trace = run(rule, race.surface, race.start, race.steps)
        coasts(rule, trace)
        rates(rule, trace)
        time.sleep(0.05)
