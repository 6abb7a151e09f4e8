"""Every step of a race as CSV: the numbers of a link, without a browser.

    python -m ravine trace "on=ravine&run=momentum&run=adam&lr=0.1" --out race.csv

The columns are those of `ravine.experiments.record.table`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ravine.experiments.link import read_link
from ravine.experiments.race import run_race
from ravine.experiments.record import table
from ravine.payload.names import lane_names


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0; 2, with a sentence, when the link is none."""
    asked = _parser().parse_args(arguments)
    try:
        race = read_link(asked.link)
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks
        return 2
    text = table(race, run_race(race), lane_names(race))
    if asked.out is None:
        sys.stdout.write(text)
    else:
        asked.out.write_text(text, encoding="utf-8", newline="")
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("python -m ravine trace", description="A race as CSV.")
    made.add_argument("link", help="the link of a race, or what follows its question mark")
    made.add_argument("--out", type=Path, help="the file to write; without it, the terminal")
    return made
