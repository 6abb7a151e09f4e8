"""Sweeps of any size from the command line, resumable: what a page cannot wait for.

    python -m ravine sweep "on=rastrigin&run=adam&steps=300" \
        --over lr 0.001 1 256 log --over beta1 0 0.99 64 --out result.parquet
    python -m ravine sweep "on=himmelblau&run=momentum" \
        --lattice 1000 --keep height x1 x2 --out basins.parquet

The link is that of a race with one optimizer: it gives the rule, the surface, the start and the
number of steps. `--over` names a knob, where it begins and ends, in how many values, and "log" when
they are evenly spaced in its logarithm; several go over all their combinations. `--lattice N`
starts from N by N places over the whole picture.

Each block is written beside the result as it is done. A sweep that was killed and is started again
goes on after the last block that is there; the result is the same. On several hosts, start the same
command on each, with `--hosts`, `--host` and `--coordinator`; the first one writes.
"""

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import jax
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jax.experimental import multihost_utils
from tqdm import tqdm

from ravine.experiments.floor import floor_of
from ravine.experiments.link import read_link
from ravine.experiments.race import Race, rule_of
from ravine.experiments.sweep import BLOCK, KEPT, Grid, blocks, grid

SCALES = ("linear", "log")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0; 2 with a sentence when it is not one."""
    asked = _parser().parse_args(arguments)
    _devices(asked)
    try:
        race = _race(asked.link)
        columns = _columns(race, asked.over, asked.lattice)
        starts = (
            np.column_stack([columns["start1"], columns["start2"]]) if asked.lattice else race.start
        )
        knobs = {name: values for name, values in columns.items() if not name.startswith("start")}
        runs = grid(rule_of(race, race.lanes[0]), race.surface, knobs, starts)
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks
        return 2
    _write(asked, race, runs, columns)
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m ravine sweep", description="A sweep over knobs and starts."
    )
    made.add_argument(
        "link", help="the link of a race with one optimizer, or what follows its question mark"
    )
    made.add_argument(
        "--over", nargs="+", action="append", default=[], metavar="KNOB FROM TO COUNT [log]"
    )
    made.add_argument("--lattice", type=int, default=0, metavar="N", help="start from N x N places")
    made.add_argument("--keep", nargs="+", choices=KEPT, default=["height"])
    made.add_argument("--out", type=Path, required=True)
    made.add_argument("--block", type=int, default=BLOCK, help="runs that are in memory at a time")
    made.add_argument(
        "--devices", type=int, default=os.cpu_count(), help="how many devices the processor is"
    )
    made.add_argument("--hosts", type=int, default=1)
    made.add_argument("--host", type=int, default=0)
    made.add_argument("--coordinator", default="localhost:9911")
    return made


def _devices(asked: argparse.Namespace) -> None:
    """Let the processor be several devices, and find the other hosts. Nothing of JAX has run
    before.
    """
    jax.config.update("jax_num_cpu_devices", asked.devices)
    if asked.hosts > 1:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(asked.coordinator, asked.hosts, asked.host)


def _race(link: str) -> Race:
    race = read_link(link)
    if len(race.lanes) != 1:
        raise ValueError("The link must have one optimizer, as in on=ravine&run=adam.")
    return race


def _columns(race: Race, over: Sequence[Sequence[str]], lattice: int) -> dict[str, np.ndarray]:
    """Every combination of what is gone over, a column each; the last one changes fastest."""
    axes = dict(_axis(words) for words in over)
    if lattice:
        (left, right), (bottom, top) = race.surface.view
        axes |= {
            "start2": np.linspace(bottom, top, lattice),
            "start1": np.linspace(left, right, lattice),
        }
    if not axes:
        raise ValueError("There is nothing to go over: say --over or --lattice.")
    columns = np.meshgrid(*axes.values(), indexing="ij")
    return {name: column.ravel() for name, column in zip(axes, columns, strict=True)}


def _axis(words: Sequence[str]) -> tuple[str, np.ndarray]:
    if len(words) not in (4, 5) or words[4:] not in ([], ["log"], ["linear"]):
        raise ValueError(f"--over is KNOB FROM TO COUNT [log], not {' '.join(words)}.")
    low, high, count = float(words[1]), float(words[2]), int(words[3])
    spaced = np.geomspace if words[4:] == ["log"] else np.linspace
    return words[0], spaced(low, high, count)


def _write(
    asked: argparse.Namespace, race: Race, runs: Grid, columns: Mapping[str, np.ndarray]
) -> None:
    """Run what is not there yet, a file a block, and put them together."""
    parts = asked.out.with_name(f"{asked.out.name}.{_name_of(asked)}.parts")
    parts.mkdir(parents=True, exist_ok=True)
    # the writer's
    there = int(multihost_utils.broadcast_one_to_all(np.int32(len(list(parts.glob("*.parquet"))))))
    lowest = floor_of(race.surface).lowest or 0.0
    begun = blocks(
        runs,
        race.steps,
        asked.keep,
        race.tolerance,
        lowest,
        first=there * asked.block,
        block=asked.block,
    )
    with tqdm(
        total=len(runs),
        initial=min(there * asked.block, len(runs)),
        unit="run",
        disable=asked.host > 0,
    ) as bar:
        for first, found in begun:
            last = min(first + asked.block, len(runs))
            if asked.host == 0:
                told = {name: values[first:last] for name, values in columns.items()} | found
                _put(pa.table(told), parts / f"{first // asked.block:08d}.parquet")
            bar.update(last - first)
    if asked.host == 0:
        _join(sorted(parts.glob("*.parquet")), asked.out)
        shutil.rmtree(parts)


def _name_of(asked: argparse.Namespace) -> str:
    """A name for what is asked: another sweep does not go on with the blocks of this one."""
    said = repr((asked.link, asked.over, asked.lattice, asked.keep, asked.block))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _put(table: pa.Table, path: Path) -> None:
    """Write a file whole or not at all."""
    draft = path.with_suffix(".draft")
    pq.write_table(table, draft)
    draft.replace(path)


def _join(paths: Sequence[Path], out: Path) -> None:
    draft = out.with_name(f"{out.name}.draft")
    with pq.ParquetWriter(draft, pq.read_schema(paths[0])) as writer:
        for path in paths:
            writer.write_table(pq.read_table(path))
    draft.replace(out)
