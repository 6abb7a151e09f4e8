"""Who may import whom. Lower layers never look up."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JAX = {"jax", "jaxtyping"}
MAY_IMPORT = {
    "core": {"core", "numpy", *JAX},
    "optim": {"optim", "core", *JAX},
    "surfaces": {"surfaces", "core", "numpy", *JAX},  # tables are read with NumPy
    "experiments": {"experiments", "optim", "surfaces", "core", "numpy", *JAX},
    "figures": {"figures", "experiments", "core", "numpy", "plotly", "contourpy", "jaxtyping"},
    "ui": {
        "ui", "figures", "experiments", "optim", "surfaces", "core",
        "numpy", "pyarrow", "streamlit", "starlette", "anyio", "plotly", "segno", *JAX,
    },
    "pages": {"ui", "figures", "lessons", "experiments", "optim", "surfaces", "core", "streamlit"},
    "app.py": {"ui", "streamlit"},
}  # fmt: skip
FILES = [(layer, path) for layer in MAY_IMPORT for path in sorted((ROOT / layer).rglob("*.py"))] + [
    ("app.py", ROOT / "app.py")
]


def imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names


@pytest.mark.parametrize(("layer", "path"), FILES, ids=[str(path.relative_to(ROOT)) for _, path in FILES])
def test_imports_stay_in_their_layer(layer, path):
    more = {"pyarrow", "tqdm"} if path.name == "command.py" else set()  # a command writes files and shows a bar
    assert imported(path) <= MAY_IMPORT[layer] | more


def test_ui_takes_no_figures_from_plotly():
    for path in (ROOT / "ui").rglob("*.py"):
        assert "plotly.graph_objects" not in path.read_text()


def test_every_layer_is_here():
    assert {path.parent.name for _, path in FILES} >= {
        "core",
        "optim",
        "surfaces",
        "experiments",
        "figures",
        "ui",
        "pages",
    }


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_a_page_is_a_short_score(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 80
    assert "go." not in text
