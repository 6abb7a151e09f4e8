"""Who may import whom. Lower layers never look up."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JAX = {"jax", "jaxtyping"}
FACADE = "ravine"  # the library as others see it; nothing of the house goes through it
RUNS = {"ravine.experiments", "optim", "surfaces", "ravine.core"}
MAY_IMPORT = {
    "ravine/core": {"ravine.core", "numpy", *JAX},
    "optim": {"optim", "ravine.core", *JAX},
    "surfaces": {"surfaces", "ravine.core", "numpy", *JAX},  # tables are read with NumPy
    "ravine/experiments": {*RUNS, "numpy", *JAX},
    "ravine/figures": {
        "ravine.figures", "ravine.experiments", "optim", "ravine.core",  # a rule says its look
        "numpy", "scipy", "plotly", "contourpy", "jaxtyping",
    },
    "ravine/rooms": {"ravine.rooms", "ravine.core", "redis"},  # once a server keeps the rooms
    "ravine/payload": {"ravine.payload", "ravine.figures", *RUNS, "numpy", "pyarrow", "jaxtyping"},
    "ravine/commands": {"ravine.payload", *RUNS, "numpy", "pyarrow", "tqdm", "jax"},
    "ravine/server": {
        "ravine.server", "ravine.rooms", "ravine.payload", "ravine.figures", *RUNS,
        "numpy", "streamlit", "starlette", "anyio", "plotly", "segno", *JAX,
    },
    "ravine/ui": {
        "ravine.ui", "ravine.server", "ravine.payload", "ravine.figures", *RUNS,
        "numpy", "streamlit", *JAX,
    },
    "pages": {"ravine.ui", "ravine.core", "streamlit"},
    "app.py": {"ravine.ui", "ravine.server", "streamlit"},
    "ravine/__init__.py": {"ravine.experiments", "optim", "surfaces"},
    "ravine/__main__.py": set(),
}  # fmt: skip
FILES = [
    (layer, path)
    for layer in MAY_IMPORT
    for path in ([ROOT / layer] if layer.endswith(".py") else sorted((ROOT / layer).rglob("*.py")))
]


def imported(path):
    """The packages that a file imports: of our own the first two names, of others the first."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            whole = {f"{module}.{alias.name}" for alias in node.names}
            names |= whole if module == FACADE else {module}
    return {package(name) for name in names} - sys.stdlib_module_names


def package(name):
    return ".".join(name.split(".")[: 2 if name.startswith("ravine.") else 1])


@pytest.mark.parametrize(("layer", "path"), FILES, ids=[str(p.relative_to(ROOT)) for _, p in FILES])
def test_imports_stay_in_their_layer(layer, path):
    assert imported(path) <= MAY_IMPORT[layer]


def test_the_server_and_the_pages_take_no_figures_from_plotly():
    for layer in ("server", "payload", "ui"):
        for path in (ROOT / "ravine" / layer).rglob("*.py"):
            assert "plotly.graph_objects" not in path.read_text()


def test_every_module_is_in_a_layer():
    """Nothing of the package is outside the table: a new folder must say whom it may import."""
    known = {path for _, path in FILES}
    assert {*(ROOT / "ravine").rglob("*.py")} <= known


def test_no_module_imports_itself_in_a_circle():
    """At import time; what is imported inside a function comes later."""
    graph = {name_of(path): needs(path) for _, path in FILES}
    for name in graph:
        assert name not in reached(graph, name), name


def needs(path):
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module, *inside}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found - {name_of(path)}


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def reached(graph, start):
    """The modules that importing `start` imports. A package and its own modules are one thing."""
    seen, waiting = set(), [*graph[start]]
    while waiting:
        name = waiting.pop()
        if name in graph and name not in seen and not is_family(start, name):
            seen.add(name)
            waiting += graph[name]
    return seen


def is_family(one, other):
    return one != other and (one.startswith(f"{other}.") or other.startswith(f"{one}."))


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_a_page_is_a_short_score(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 80
    assert "go." not in text
