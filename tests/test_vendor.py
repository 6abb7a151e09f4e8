"""The files of others are the published ones, and fit what is installed."""

import hashlib
import re

from ravine.server import assets

FOLDER = assets.VENDOR
README = (FOLDER / "README.md").read_text()


def version_of(path):
    return re.search(r"plotly\.js (?:\(.*\) )?v([\d.]+)", path.read_text(encoding="utf-8")[:200])[1]


def test_every_file_is_as_it_was_published():
    sums = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", README, re.MULTILINE))
    assert set(sums) == {
        path.name for path in FOLDER.iterdir() if path.suffix not in (".md", ".txt")
    }
    for name, expected in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == expected


def test_both_plotlys_are_of_one_version():
    version = version_of(assets.PLOTLY_FULL)
    assert version_of(assets.PLOTLY) == version
    assert f"| {version} |" in README


def test_its_licence_lies_beside_it():
    assert "MIT" in (FOLDER / "plotly-LICENSE.txt").read_text()[:40]
