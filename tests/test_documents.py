"""Every path, command, count and variable that a document states is true."""

import ast
import importlib
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from streamlit import config

import optim
import ravine
from ravine.__main__ import COMMANDS
from ravine.commands import sweep, trace
from ravine.experiments import race
from ravine.experiments.verify import GROUNDS
from ravine.figures.theme import SPARE_STYLES as SPARE
from ravine.figures.theme import STYLES
from ravine.server import routes
from tests.equipment import not_run

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "tests").rglob("*.md")),
]
every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
HISTORY = {ROOT / "CHANGELOG.md", *DECISIONS}  # their counts were true when they were written

TOP = {path.name for path in ROOT.iterdir()} - {".venv", ".git"}
FILLED_IN = {"NAME.json", "THE-FOLDER/nginx.conf"}  # by the reader
MADE = {".venv", "deploy/sbom.json", "ravine/locale"}  # what is there only after a command
ENDINGS = r"\.(?:py|md|js|mjs|toml|txt|in|yaml|yml|cff|conf|css|po|json|csv|png|c)"
NUMBERS = dict(
    zip(
        [
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        range(2, 13),
        strict=True,
    )
) | {"twenty-five": 25, "thirty-six": 36, "thirty-seven": 37, "fifty-five": 55}
COUNTS = {  # noun -> the numbers of them that the code knows; of what is added one by one none is written
    "rules": set(),
    "forms": set(),
    "surfaces": {len(GROUNDS)},  # those that paths are recorded on
    "races": {routes.RACES},  # computed at once
    "presets": set(),
    "wrappers": set(),
    "schedules": set(),
    "dialects": {len(optim.DIALECTS)},
    "looks": {len(STYLES) + len(SPARE)},
    "pages": {len(list((ROOT / "pages").glob("*.py")))},
    "steps": {race.MOST_STEPS},
    "lanes": {race.MOST_LANES},
}


FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def prose(document):
    """The text without its blocks of code, its lines run together."""
    return re.sub(r"\s+", " ", FENCED.sub("", document.read_text()))


def blocks(document, language):
    return re.findall(
        rf"^ *```{language}\n(.*?)^ *```", document.read_text(), re.MULTILINE | re.DOTALL
    )


def spans(document):
    return re.findall(r"(?<!`)`([^`]+)`(?!`)", prose(document))


def invented(document):
    """Files of which a guide says that the reader writes them: named like the classes of its examples."""
    names = re.findall(r"^ *class (\w+)", "".join(blocks(document, "python")), re.MULTILINE)
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names}


def paths(document):
    """Every path that the document names: in `spans`, alone or as a part of a command."""
    lines = [re.sub(r"--out \S+", "", line) for line in commands(document)]
    words = [word.strip("()[],;:\"'") for line in lines for word in line.split()]
    found = [word for word in words if is_path(word)]
    return [path for path in found if Path(path).stem not in invented(document)]


def is_path(word):
    if not re.fullmatch(r"[\w@.*/-]+", word) or word.startswith(("/", "..", "-")):
        return False
    return (
        word.split("/")[0] in TOP if "/" in word else bool(re.fullmatch(rf"[\w-]+{ENDINGS}", word))
    )


def exists(path, near):
    """In the repository; a bare name also beside the document, or as the one file that has it."""
    if path in MADE | FILLED_IN or path.split("/")[0] in MADE:
        return True
    if "*" in path:
        return any(ROOT.glob(path))
    if (ROOT / path).exists() or (near / path).exists():
        return True
    return "/" not in path and any(
        any((ROOT / top).rglob(path)) for top in TOP if (ROOT / top).is_dir()
    )


@every_document
def test_every_path_exists(document):
    assert [path for path in paths(document) if not exists(path, document.parent)] == []


@every_document
def test_every_link_leads_somewhere(document):
    text = FENCED.sub("", document.read_text())
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    near = [link.partition("#")[0] for link in links if not re.match(r"\w+:|#", link)]
    assert [link for link in near if not (document.parent / link).exists()] == []


@every_document
def test_every_dotted_name_is_there(document):
    names = [
        span
        for span in spans(document)
        if re.fullmatch(r"(ravine|optim|surfaces|tests|benchmarks)(\.\w+)+", span)
    ]
    names = [
        name for name in names if not exists(name, document.parent)
    ]  # a file, as requirements.txt
    assert [name for name in names if not resolves(name)] == []


def resolves(name):
    """Whether a dotted name is a module, or an attribute of one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False


def commands(document):
    """Every command that the document tells, in spans and in blocks, a line each."""
    lines = [line for block in blocks(document, "(?:sh|bash)?") for line in block.splitlines()]
    return [*spans(document), *lines]


@every_document
def test_every_target_of_make_is_there(document):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = {word for line in commands(document) for word in re.findall(r"\bmake ([a-z-]+)", line)}
    assert told - targets == set()


@every_document
def test_every_module_that_is_run_is_there(document):
    told = {
        word for line in commands(document) for word in re.findall(r"python3? -m ([\w.]+)", line)
    }
    assert [name for name in told if importlib.util.find_spec(name.strip(".")) is None] == []


@every_document
def test_every_command_of_ravine_is_one(document):
    for line in commands(document):
        for name, rest in re.findall(r"python -m ravine ([a-z]+)(.*)", line):
            assert name in COMMANDS
            if "--" in rest or '"' in rest:
                parser = {"sweep": sweep, "trace": trace}[name]._parser()
                link = parser.parse_args(shlex.split(rest, comments=True)).link
                ravine.decode(ravine_query(link))


def ravine_query(link):
    from urllib.parse import parse_qs

    return parse_qs(link.rpartition("?")[2])


@pytest.mark.parametrize(
    "block", [pytest.param(b, id=f"{d.name}-{i}") for d in DOCUMENTS for i, b in enumerate(blocks(d, "python"))]
)  # fmt: skip
def test_every_example_is_python(block):
    ast.parse(dedented(block))


def dedented(block):
    """An example in a list is indented; a part of a class or a table may stand for itself."""
    import textwrap

    text = textwrap.dedent(block)
    return text.rstrip().removesuffix(",")


def test_the_example_of_the_readme_runs():
    (block,) = [block for block in blocks(ROOT / "README.md", "python") if "import ravine" in block]
    place = {}
    exec(block, place)
    shapes = [place["trace"].x.shape, place["trace"].loss.shape, place["trace"].grad.shape]
    assert shapes == [(21, 2), (21,), (21, 2)]
    assert place["trace"].state._fields == ("m", "v", "t")


@every_document
def test_every_count_is_true(document):
    if document in HISTORY:
        return
    said = counted(prose(document))
    assert [(n, noun) for n, noun in said if n not in COUNTS[noun] | allowed(noun)] == []


def counted(text):
    """What a text counts of the things that the code counts: (25, "rules")."""
    nouns, words = "|".join(COUNTS), "|".join(NUMBERS)
    found = re.findall(rf"(?<![\w.,~-])(\d+|{words})(?:\*\*)? ({nouns})\b", text, re.IGNORECASE)
    return [(NUMBERS.get(n.lower()) or int(n), noun) for n, noun in found]


def allowed(noun):
    """Lengths of measured races, and how many raced in them, are no counts of what there is."""
    return {20, 50, 300} if noun == "steps" else {5, 8} if noun == "lanes" else set()


def test_a_wrong_count_is_found():
    assert counted("**25 rules**, twelve surfaces and 36 surfaces, of 7 lanes.") == [
        (25, "rules"),
        (12, "surfaces"),
        (36, "surfaces"),
        (7, "lanes"),
    ]


TABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
READS = re.compile(
    r"""environ(?:\.get\(|\[)["'](\w+)["']|getenv\(["'](\w+)["']|["'](\w+)["'](?:\s+not)?\s+in\s+os\.environ"""
    r"""|process\.env\.(\w+)|\$\{(\w+):[-?]|^(\w+) \?="""
)  # fmt: skip
READERS = ("*.py", "*.mjs", "*.yaml", "Makefile", "run")


def read_in_the_sources():
    """Every variable that some file asks for, but what it sets itself."""
    names = set()
    for top in TOP | {"."}:
        files = (ROOT / top).rglob("*") if top != "." else ROOT.iterdir()
        for path in files if (ROOT / top).is_dir() else ():
            if any(path.match(kind) for kind in READERS) and "vendor" not in path.parts:
                names |= asked_in(path.read_text())
    return names


def asked_in(text):
    names = set()
    for line in text.splitlines():
        if not re.search(r"environ\[[^]]+\] = ", line):
            names |= {name for found in READS.findall(line) for name in found if name}
    return names


def test_every_variable_that_is_read_is_documented():
    text = (ROOT / "docs" / "environment.md").read_text()
    told = {name for name in TABLE.findall(text) if not name.startswith("STREAMLIT_")}
    beside = {"MARKERS", "SLIDERS", "KEYS"}  # set by the test that starts what reads it
    assert read_in_the_sources() - told - beside == set()
    assert told - read_in_the_sources() == set()


def test_every_variable_of_streamlit_is_one():
    text = (ROOT / "docs" / "environment.md").read_text()
    known = {
        "STREAMLIT_"
        + re.sub(r"(?<!^)(?=[A-Z])", "_", name.replace(".", "_")).upper().replace("__", "_")
        for name in config.get_config_options()
    }
    told = {name for name in TABLE.findall(text) if name.startswith("STREAMLIT_")}
    set_here = set(re.findall(r"(STREAMLIT_\w+)[=:]", (ROOT / "Dockerfile").read_text() + (ROOT / "deploy/compose.yaml").read_text()))  # fmt: skip
    assert told - known == set()
    assert set_here - told == set()


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_every_decision_has_a_number_a_status_and_a_line_in_the_list(path):
    lines = path.read_text().splitlines()
    number, title = re.fullmatch(r"# (\d+)\. (.+)", lines[0]).groups()
    assert int(number) == int(path.name[:4])
    status = re.search(r"^Status: (.+?)\.\n\n", path.read_text(), re.MULTILINE | re.DOTALL).group(1)
    assert re.match(r"accepted|superseded by \[\d+\]", status)
    row = f"| {int(number)} | [{title}]({path.name}) | {' '.join(status.split())} |"
    assert row in (path.parent / "README.md").read_text().splitlines()


@every_document
def test_lines_can_be_read_in_a_terminal(document):
    """Tables, links and code are as long as they are."""
    if document.name.startswith("adding-"):
        return
    text = FENCED.sub("", document.read_text())
    long = [line for line in text.splitlines() if len(line) > 120]
    assert [line for line in long if not line.startswith(("|", "<", "!["))] == []


def test_the_version_is_one():
    change = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert change.group(1) == cited.group(1) == ravine.__version__


def test_the_workflow_does_what_ci_does():
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    assert re.search(r"^      - run: \.ci/run$", workflow, re.MULTILINE)
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_hooks_run_what_is_locked():
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"repo: (.+)", text) == ["local"]
    tools = re.findall(r"entry: \.venv/bin/(\w+)", text)
    locked = (ROOT / "requirements-dev.txt").read_text()
    assert [
        tool
        for tool in tools
        if tool != "python" and not re.search(rf"^{tool}(\[\w+\])?==", locked, re.MULTILINE)
    ] == []
    assert {"ruff", "pyright"} <= set(tools)


def test_the_last_line_counts_what_was_not_run():
    assert not_run([]) == ""
    said = not_run(["Skipped: no nginx.", "Skipped: Linux alone", "Skipped: no nginx."])
    assert said == "Not run: 1 (Linux alone), 2 (no nginx)."
