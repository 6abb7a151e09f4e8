"""One public name means one thing in the whole house: what a module of the package calls its own, no
other one does.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ravine"
USUAL = {"main", "middleware", "routes", "logger", "T"}  # one a module, as everybody writes them
# Names that still stand in several modules, each with its reason. The list only shrinks.
SHARED = {
    "DRAWS": "a budget of draws each, of a search and of a map",
    "Expression": "a node of a typed formula, and one of a script",
    "FAR": "a distance each, of critical points and of the record",
    "FUNCTIONS": "what a formula may call, and what a script calls",
    "GIVEN": "the names that a rule is given, as a tape and as a page have them",
    "KNOBS": "a list of the tape, and the shared knobs of a race",
    "KNOWN": "what is known of scores, and of rules in one another",
    "Kind": "literals of four modules, each of its own kinds",
    "LONGEST": "a length each, of three texts",
    "LONGEST_NAME": "a length each, of a name in a formula and of a lane",
    "Line": "a line of a typed rule, and one of the arithmetic",
    "Local": "the same idea, once for a typed height and once for a critical point",
    "NAMES": "of operations, and of the parts of a link",
    "NEAR": "a distance each, of three judgements",
    "NUMBERS": "a list of the tape, and a template of a script",
    "Place": "where a formula is wrong, and a point of the plane",
    "ROUNDS": "how often each of two searches is repeated",
    "Rows": "rows of a typed machine, and of a map",
    "SAME": "a tolerance each",
    "SEEDS": "the lanes that a race opens with, and the draws of a search",
    "SHARP": "a curvature each",
    "SIDE": "a number of points each",
    "SIGNS": "characters of a formula, in its three stages",
    "SMALLER": "a factor each, of two searches",
    "STATES": "a list of the tape, and the curves of a state",
    "STEPS": "a number of steps each, of three reckonings",
    "TYPED": "the same word of a link for a function and for a rule",
    "WIDTH": "columns of two kinds of scripts",
    "Walk": "a run for the record, and one of a what-if",
    "available": "what frameworks can run, and which curves there are",
    "script": "of a rule for a framework, and of a race",
    "steps_of": "of one trace, and of a race",
}


def public_names(source: str) -> Iterator[str]:
    """The functions, classes and constants of a module that are for others too."""
    for node in ast.parse(source).body:
        made: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            made = list(node.targets)
        elif isinstance(node, ast.AnnAssign):
            made = [node.target]
        for target in made:
            yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def shared_names(modules: dict[str, str]) -> dict[str, list[str]]:
    """The public names that more than one module has, and which."""
    homes = defaultdict(list)
    for module, source in modules.items():
        for name in {name for name in public_names(source) if not name.startswith("_")} - USUAL:
            homes[name].append(module)
    return {name: where for name, where in homes.items() if len(where) > 1}


def package() -> dict[str, str]:
    found = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in found}


def test_one_public_name_means_one_thing():
    new = {name: homes for name, homes in shared_names(package()).items() if name not in SHARED}
    assert new == {}, "give one of them another name"


def test_the_list_of_shared_names_only_shrinks():
    assert set(SHARED) - set(shared_names(package())) == set()
    assert len(SHARED) <= 33


@pytest.mark.parametrize(
    ("sources", "shared"),
    [
        (("def speed(): pass", "class speed: pass"), {"speed"}),
        (("FAR = 1", "FAR: int = 2"), {"FAR"}),
        (("NEAR, FAR = 1, 2", "async def far(): pass\nFAR = 3"), {"FAR"}),
        (("_far = 1", "_far = 2"), set()),
        (("def main(): pass", "def main(): pass"), set()),
        (("def f():\n    x = 1", "def g():\n    x = 1"), set()),
        (("x = 1\nx = 2", "y = 1"), set()),
    ],
)
def test_what_counts_as_a_shared_name(sources, shared):
    assert set(shared_names({str(i): text for i, text in enumerate(sources)})) == shared
