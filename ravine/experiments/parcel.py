"""A race's script together with the library that it needs, for who has no checkout."""

import functools
import io
import zipfile
from pathlib import Path

import optim
import surfaces
from ravine.experiments.race import Race
from ravine.experiments.script import script, script_name

PACKAGES = (optim, surfaces)  # whole
PARTS = (  # of this package
    "__init__.py", "core", "experiments/__init__.py",
    "experiments/stepping.py", "experiments/trace.py",
)  # fmt: skip
HOME = Path(__file__).parents[1]
LICENCES = (HOME / "LICENSE", HOME.parent / "LICENSE")  # of the installed package, of a checkout
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP file knows: the same race, the same file


def parcel(race: Race, folder: str) -> bytes:
    """A ZIP file: below `folder` the script of this race, and the rules and surfaces as they run
    here, all as source.

    Unpacked it runs with nothing but the packages that its first lines name.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in ((script_name(race), script(race).encode()), *_library()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", EPOCH)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            file.writestr(entry, content)
    return packed.getvalue()


@functools.cache
def _library() -> tuple[tuple[str, bytes], ...]:
    """The files of the library by their place in the folder, with what they hold."""
    licence = next(path for path in LICENCES if path.exists())
    wholes = [Path(next(iter(package.__path__))) for package in PACKAGES]
    found = [(path, whole.parent) for whole in wholes for path in _files(whole)]
    found += [(path, HOME.parent) for part in PARTS for path in _files(HOME / part)]
    inside = [(path.relative_to(base).as_posix(), path.read_bytes()) for path, base in found]
    return (("LICENSE", licence.read_bytes()), *inside)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
