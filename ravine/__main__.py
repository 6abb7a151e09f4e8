"""The command: `python -m ravine trace LINK` and `python -m ravine sweep LINK ...`."""

import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {  # module of `ravine.commands` -> what it does
    "trace": "print every step of a race as CSV",
    "sweep": "run over any knobs and starts, into a Parquet file",
}


def main(arguments: Sequence[str]) -> int:
    """Run a command. Returns its exit status; 2, with what there is, when there is no such one."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        lines = (f"  python -m ravine {known} --help    {said}" for known, said in COMMANDS.items())
        print("Ravine's commands:", *lines, sep="\n", file=sys.stderr)  # noqa: T201
        return 2
    return import_module(f"ravine.commands.{name}").main(arguments[1:])


def command() -> int:
    """The command `ravine` of an installed package."""
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command())
