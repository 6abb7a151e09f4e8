"""Where the browser's side of Ravine is, on disk and on the web. An address holds a hash, so it
never goes stale.
"""

import functools
import hashlib
import re
from pathlib import Path

import plotly
import streamlit as st

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "ravine" / "web"
VENDOR = SCRIPTS / "vendor"
PLOTLY = VENDOR / "plotly-cartesian.min.js"
ICONS = VENDOR / "material-symbols.woff2"
VENDOR_MODULES = {"vendor/gifenc.esm.js"}  # what our scripts import
PLOTLY_FULL = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
INDENT = re.compile(r"^[ \t]*(?:/\*(?s:.*?)\*/[ \t]*$|//.*$)?[ \t]*", re.MULTILINE)
DRAWN_BY = ("ravine", "optim", "surfaces", "locale")  # what a figure depends on


def address(path: str) -> str:
    """The absolute path under which the browser asks for `path`."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/ravine/{path}" if base else f"/ravine/{path}"


def script_address(name: str) -> str:
    """The address of one of our scripts: "arena/arena.js"."""
    return address(f"js/{_hash_of(SCRIPTS)}/{name}")


def plotly_address() -> str:
    """The address of the plotly.js that draws everything flat."""
    return address(f"plotly/{plotly.__version__}/{PLOTLY.name}")


def plotly_full_address() -> str:
    """The address of the whole plotly.js, three times as large, from the installed plotly package:
    for 3D.
    """
    return address(f"plotly/{plotly.__version__}/{PLOTLY_FULL.name}")


def figure_address(kind: str) -> str:
    """The address of a figure, without its query: `kind` is "levels" or "curves"."""
    return address(f"figures/{figures_version()}/{kind}")


def versions() -> dict[str, str]:
    """The hash that an address below /ravine/ holds now, by the folder that it stands after."""
    return {"js": _hash_of(SCRIPTS), "plotly": plotly.__version__, "figures": figures_version()}


def script_names() -> set[str]:
    """Every script and style of ours, as `script_address` takes it."""
    ours = (
        path.relative_to(SCRIPTS) for path in SCRIPTS.rglob("*.*") if VENDOR not in path.parents
    )
    return {path.as_posix() for path in ours}


def small(path: Path) -> bytes:
    """A file as it is served: a script of ours without indents and without the comments that stand
    on lines of their own. None of ours has a text that goes over several lines.
    """
    ours = path.suffix == ".js" and SCRIPTS in path.parents and VENDOR not in path.parents
    if not ours:
        return path.read_bytes()
    return re.sub(r"\n{2,}", "\n", INDENT.sub("", path.read_text())).lstrip().encode()


@functools.cache
def figures_version() -> str:
    """Changes whenever the code that draws figures does."""
    return hashlib.sha256(
        "".join(_hash_of(ROOT / folder) for folder in DRAWN_BY).encode()
    ).hexdigest()[:12]


@functools.cache
def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(
        p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts
    ):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
