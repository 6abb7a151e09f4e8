"""The guides are true: what they tell to write is written into a copy, and what they tell to run is run there."""

import ast
import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
NEEDED = ("optim", "surfaces", "ravine", "pages", "locale", "tests", "benchmarks", "pyproject.toml", "babel.cfg", "app.py")  # fmt: skip
FILES = re.compile(r"^`([\w/]+\.(?:py|po))`[^\n]*(?:\n[^\n`]+)*:\n\n```(?:python|po)\n(.*?)^```", re.MULTILINE | re.DOTALL)  # fmt: skip
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
MOST_FILES = 3  # the thing itself, its reference, its words
GUIDES = {  # guide -> the file of its example
    "adding-an-optimizer": "optim/sign_descent.py",
    "adding-a-surface": "surfaces/dixon_price.py",
    "adding-a-wrapper": "optim/wrappers/hyperbola.py",
}
every_guide = pytest.mark.parametrize("guide", GUIDES)


def text_of(guide):
    return (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")


def files_in(guide):
    """What the guide says to write: path -> text."""
    return dict(FILES.findall(text_of(guide)))


def commands_in(guide):
    """What it says to run, a line each."""
    return "".join(COMMANDS.findall(text_of(guide))).splitlines()


def copied(home):
    """The parts of the checkout that the checks need."""
    for name in NEEDED:
        source, target = ROOT / name, home / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "browser"))
        else:
            shutil.copy(source, target)


def write(home, files):
    """The files in their places; a translation goes into the catalogue, as `make words` has left it."""
    for path, text in files.items():
        if not path.endswith(".po"):
            assert not (home / path).exists(), path
            (home / path).write_text(text, encoding="utf-8")
    make_words(home)
    for path, text in files.items():
        if path.endswith(".po"):
            translate(home / path, text)


def make_words(home):
    """What `make words` does, in the copy."""
    lines = re.findall(r"^\t\$\(BIN\)/pybabel (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    before = Path.cwd()
    os.chdir(home)
    try:
        for line in lines:
            CommandLineInterface().run(["pybabel", *shlex.split(line)])
    finally:
        os.chdir(before)


def translate(po, text):
    """Into the places that are empty in the catalogue."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    told = re.findall(r'^ *msgid "(.+)"\n *msgstr "(.+)"$', text, re.MULTILINE)
    for english, chinese in told:
        assert catalogue[english].string == "", english
        catalogue[english].string = chinese
    with po.open("wb") as file:
        write_po(file, catalogue, ignore_obsolete=True)


def run(home, command):
    """A command of the guide in the copy, as before a release."""
    if command == "make words":
        make_words(home)
        return
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    result = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]],
        cwd=home,
        env={**outside, "RELEASE": "1", "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout[-4000:]}\n{result.stderr[-2000:]}"
    print(command, result.stdout[-200:])


@every_guide
def test_a_thing_is_at_most_three_files(guide):
    files = files_in(guide)
    assert GUIDES[guide] in files
    assert len(files) <= MOST_FILES
    assert [path for path in files if (ROOT / path).exists() and not path.endswith(".po")] == []


@every_guide
def test_the_example_of_a_guide_is_formatted_as_everything_is(guide, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in files_in(guide).items():
        if path.endswith(".py"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_the_examples_of_all_guides_pass_the_checks_that_they_name(tmp_path):
    """Together in one copy, where a check that several name is run once."""
    copied(tmp_path)
    for guide in GUIDES:
        write(tmp_path, files_in(guide))
    write_preset(tmp_path)
    guides = (*GUIDES, "adding-a-preset")
    for command in dict.fromkeys(line for guide in guides for line in commands_in(guide)):
        run(tmp_path, command)


def write_preset(home):
    """The example of the guide to presets: it goes into two files that are there, and into the
    catalogue.
    """
    text = text_of("adding-a-preset")
    preset, check = (
        textwrap.dedent(block)
        for block in re.findall(r"^ *```python\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    )
    presets, checks = home / "ravine/experiments/presets.py", home / "tests/test_presets.py"
    told = presets.read_text(encoding="utf-8")
    start = told.index("PRESETS = (\n") + len("PRESETS = (\n")
    presets.write_text(
        told[:start] + textwrap.indent(f"{preset.rstrip()},\n", "    ") + told[start:], "utf-8"
    )
    told = checks.read_text(encoding="utf-8")
    start = told.index('@claim("five-rules")')
    checks.write_text(f"{told[:start]}{check}\n\n{told[start:]}", encoding="utf-8")
    make_words(home)
    translate(home / "locale/zh_CN/LC_MESSAGES/ravine.po", text)


def test_the_example_of_the_guide_to_pages_calls_what_there_is():
    """But for the module of the page's own, which the reader writes."""
    (block,) = re.findall(
        r"^```python\n(.*?)^```", text_of("adding-a-page"), re.MULTILINE | re.DOTALL
    )
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = node.value.id, node.attr
            if module not in ("st", "distance"):
                assert hasattr(importlib.import_module(f"ravine.ui.{module}"), name), name
    assert len(block.splitlines()) <= 80
