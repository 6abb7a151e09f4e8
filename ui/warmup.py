"""Compile what everyone needs before the first visitor comes, and keep the garbage collector away from it."""

import gc
import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax

from experiments.fan import fan
from experiments.field import sample
from experiments.inside import coasts, rates, usual
from experiments.lanes import forms_of
from experiments.outcome import floor_of
from experiments.presets import PRESETS
from experiments.presets import race as race_of
from experiments.race import KNOBS, Race, default_race, lane, race_on, rule_of
from experiments.trace import bucket, run
from figures.curves import frame
from figures.levels import level_curves
from optim import OPTIMIZERS
from surfaces import SURFACES, Surface

PATIENCE = 10.0  # seconds that the first visitors have the processor to themselves

logger = logging.getLogger("ravine")


def first() -> dict[str, float]:
    """Everything that the default race needs. Returns the seconds that each part took."""
    keep_programs()
    race, clock = default_race(), time.perf_counter
    began = clock()
    compile_race(race)
    compiled = clock()
    for mode in ("light", "dark"):
        level_curves(sample(race.surface), floor_of(race.surface), race.surface.levels, mode).to_json()
        [frame(name, mode).to_json() for name in usual(bounded=True)]
    drawn = clock()
    gc.collect()
    gc.freeze()
    parts = {"compile": compiled - began, "draw": drawn - compiled}
    logger.info("warm: %s", ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items()))
    return parts


def compile_race(race: Race) -> None:
    """Compile every lane of `race` and its field, on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run, rule_of(race, lane), race.surface, race.start, race.steps) for lane in race.lanes]
        jobs.append(pool.submit(sample, race.surface))  # type: ignore[arg-type]
        for job in jobs:
            job.result()


def rest_in_background() -> threading.Thread:
    """Compile every rule on every surface, one program after the other and out of the way.

    A surface that a visitor opens comes before the others (`expect`): who picks a new rule there finds it compiled.
    """

    def everything() -> None:
        time.sleep(PATIENCE)
        _live(default_race())
        for preset in PRESETS:  # the gallery draws them all on the first page
            compile_race(race_of(preset))
        for kind in SURFACES.values():
            _expected.append((kind.slug(), bucket(kind.steps)))
        while True:
            _all_rules_on(*_expected.get())

    thread = threading.Thread(target=everything, name="warm-up", daemon=True)
    thread.start()
    return thread


def expect(surface: Surface, steps: int) -> None:
    """Let every rule on this surface, for so many steps, be compiled before anything else that is not asked for yet."""
    _expected.hasten((surface.slug(), bucket(steps)))


class _Queue:
    """Surfaces to compile for, each once, those that visitors opened last first. For many threads."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, int]] = []
        self._seen: set[tuple[str, int]] = set()
        self._news = threading.Condition()

    def append(self, job: tuple[str, int]) -> None:
        self._put(job, len(self._waiting))

    def hasten(self, job: tuple[str, int]) -> None:
        self._put(job, 0)

    def _put(self, job: tuple[str, int], place: int) -> None:
        with self._news:
            if job not in self._seen:
                self._seen.add(job)
                self._waiting.insert(place, job)
                self._news.notify()

    def get(self) -> tuple[str, int]:
        with self._news:
            self._news.wait_for(lambda: self._waiting)
            return self._waiting.pop(0)


_expected = _Queue()


def _all_rules_on(slug: str, steps: int) -> None:
    race = race_on(SURFACES[slug]())
    kinds = [(rule, dialect) for dialects in (False, True) for rule in OPTIMIZERS for dialect in _forms(rule, dialects)]
    for rule, dialect in kinds:
        run(rule_of(race, lane(rule, dialect)), race.surface, race.start, steps)
        time.sleep(0.05)
    sample(race.surface)


def _forms(rule: str, further: bool) -> list[str]:
    """The first form of a rule, or its further ones, each by a dialect that writes it so."""
    first, *others = forms_of(rule)
    return others if further else [first]


def _live(race: Race) -> None:
    """Compile what the live knob and the arrows of `race` need."""
    fan([race] * len(KNOBS[race.dial.rpartition("--")[2]].grid()))
    for racer in race.lanes:
        rule = rule_of(race, racer)
        trace = run(rule, race.surface, race.start, race.steps)
        coasts(rule, trace)
        rates(rule, trace)
        time.sleep(0.05)


def keep_programs() -> Path | None:
    """Keep compiled programs on disk, so that a restart is quick. Without a place to write it just compiles again."""
    folder = Path(os.environ.get("RAVINE_CACHE") or Path.home() / ".cache" / "ravine") / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        logger.warning("no place for compiled programs: %s", error)
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder
