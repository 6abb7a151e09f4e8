"""What a visitor takes away, asked as a browser asks."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.core.words import speak
from ravine.experiments.link import decode, write_link
from ravine.experiments.race import Lane, race_on, run_race
from ravine.experiments.record import table
from ravine.experiments.script import script
from ravine.payload.names import lane_names
from ravine.server import downloads
from surfaces import SURFACES
from tests.cases import races_to_run

client = TestClient(Starlette(routes=downloads.routes()))
FILES = ["/ravine/race.csv", "/ravine/race.py"]
LINK = {"on": "himmelblau", "run": ["adam", "momentum~gamma=0.9~name==1+1"], "steps": "30"}
ADDRESS = "https://ravine.example/?on=himmelblau&run=adam&run=momentum~gamma%3D0.9"


@pytest.fixture(autouse=True)
def english_again():
    yield
    speak("en")


def get(path, headers=None, **query):
    return client.get(path, params=query, headers=headers)


def qr(text):
    return get("/ravine/qr.svg", text=text)


def refused(answer):
    return (
        answer.status_code == 400 and answer.text.endswith((".", "。")) and "svg" not in answer.text
    )


def test_the_numbers_are_those_of_the_race():
    answer = get("/ravine/race.csv", **LINK)
    race = decode({"on": ["himmelblau"], "run": LINK["run"], "steps": ["30"]})
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [float(line["f"]) for line in lines] == [
        *np.concatenate([trace.loss for trace in run_race(race)])
    ]
    assert {line["lane"] for line in lines} == {"Adam", "'=1+1"}
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="ravine-himmelblau.csv"'


def test_the_script_is_that_of_the_race():
    answer = get("/ravine/race.py", **LINK)
    assert answer.text == script(
        decode({"on": ["himmelblau"], "run": LINK["run"], "steps": ["30"]})
    )
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ravine-himmelblau.py"'


@pytest.mark.parametrize("path", FILES)
def test_an_empty_link_is_the_first_race(path):
    assert (
        get(path).headers["content-disposition"].startswith('attachment; filename="ravine-ravine.')
    )


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("query", [LINK, {"on": "everest"}])
def test_nothing_is_kept_or_guessed_at(path, query):
    headers = get(path, **query).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", FILES)
def test_who_unpacks_gets_less(path):
    packed = get(path, {"accept-encoding": "gzip"}, **LINK, lang="en")
    plain = get(path, {"accept-encoding": "identity"}, **LINK, lang="en")
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def test_a_spreadsheet_reads_other_letters():
    twins = {"run": ["momentum", "momentum~gamma=0.9"], "steps": "1"}
    assert get("/ravine/race.csv", **twins).content.startswith("\ufefflane,step".encode())
    assert get("/ravine/race.csv", **LINK).content.startswith(b"lane,step")


def test_it_speaks_the_language_of_the_visitor():
    chinese = get("/ravine/race.csv", run="momentum", steps="1", lang="zh-CN")
    assert "动量法" in chinese.content.decode("utf-8-sig")
    assert refused(get("/ravine/race.csv", on="everest", lang="zh-CN"))
    assert get("/ravine/race.csv", on="everest").text.startswith("There is no 'everest' here")


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "query",
    [
        {"on": "everest"},
        {"lr": "nan"},
        {"run": ["adam"] * 13},
        {"steps": "99999"},
        {"setps": "x"},
        {"on": ["bowl", "ravine"]},
        {"steps": ADDRESS},
    ],
)
def test_a_wrong_link_is_a_sentence(path, query):
    assert refused(get(path, **query))


def test_the_script_comes_with_its_library():
    answer = get("/ravine/race.zip", **LINK)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="ravine-himmelblau.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        names = file.namelist()
        assert file.read(names[0]).decode() == get("/ravine/race.py", **LINK).text
    assert names[0] == "ravine-himmelblau/ravine-himmelblau.py"
    assert "ravine-himmelblau/optim/adam.py" in names
    assert refused(get("/ravine/race.zip", run="nobody"))


@settings(max_examples=15)
@given(races_to_run())
def test_every_link_has_its_files(race):
    race = race.replace(steps=min(race.steps, 30), at=None)
    query = write_link(race)
    numbers, source = (client.get(f"{path}?{query}") for path in FILES)
    assert numbers.content.decode("utf-8-sig") == table(race, run_race(race), lane_names(race))
    assert source.text == script(race)


names = st.sampled_from(
    ["text", "lang", "on", "run", "lr", "start", "zoom", "steps", "x"]
) | st.text(max_size=5)
values = st.text(max_size=25) | st.text(max_size=25).map("http://".__add__)


@settings(max_examples=150)
@given(st.dictionaries(names, st.lists(values, max_size=3), max_size=4))
def test_any_request_is_answered(query):
    for path in [*FILES, "/ravine/qr.svg"]:
        assert get(path, **query).status_code in (200, 400)


def modules(svg):
    """The modules of an SVG, 1 for dark, read off its paths. Beneath it all is white."""
    root = ET.fromstring(svg)
    size = int(root.get("viewBox").split()[2])
    assert root.get("viewBox") == f"0 0 {size} {size}"
    white, black = root
    assert (white.get("fill"), white.get("d")) == ("#fff", f"M0 0h{size}v{size}h-{size}z")
    assert black.get("fill") == "#000"
    seen = np.zeros((size, size), int)
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", black.get("d"))
    assert "".join(f"M{x} {y}h{w}v1h-{v}z" for x, y, w, v in bars) == black.get("d")
    for x, y, width, back in np.array(bars, int):
        assert width == back
        seen[y, x : x + width] += 1
    return seen


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        "http://x",
        "https://ravine.example/?run=adam~name%3D%E4%B8%AD",
        "https://例子.example/é",
        "https://x/" + "a" * 2890,
    ],
    ids=lambda text: text[:20],
)
def test_the_code_is_drawn_module_by_module_in_its_quiet_zone(text):
    answer = qr(text)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["x-content-type-options"] == "nosniff"
    level = "l" if len(text) > 2331 else "m"
    expected = np.array(
        [[*row] for row in segno.make_qr(text, error=level, encoding="utf-8").matrix]
    )
    seen = modules(answer.text)
    assert (seen[4:-4, 4:-4] == expected).all()
    assert seen.sum() == expected.sum()  # and nothing around it


def test_less_is_corrected_only_where_nothing_else_fits():
    assert downloads._code("https://x/" + "a" * 2321).error == "M"
    assert downloads._code("https://x/" + "a" * 2322).error == "L"
    assert downloads._code(ADDRESS).error in {"M", "Q", "H"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ravine.example",
        "javascript:alert(1)",
        "ftp://x",
        " https://x",
        "https://x/\n",
        "https://x/\x00",
        "https://x/\u202e",
        "https://x/" + "a" * 2891,
        "https://x/" + "中" * 1000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_address_or_too_long_is_a_sentence(text):
    assert refused(qr(text))


@pytest.mark.parametrize("text", [ADDRESS, "x", "", "https://x/" + "a" * 20_000, "\ufffd"])
def test_an_address_that_is_a_secret_comes_in_a_body_and_is_kept_nowhere(text):
    sent = client.post("/ravine/qr.svg", content=text.encode())
    asked = qr(text[:4000])
    assert (sent.status_code, sent.text) == (asked.status_code, asked.text)
    assert sent.headers["cache-control"] == "no-store"


def test_a_whole_classroom_of_lanes_fits_into_a_code():
    lanes = tuple(
        Lane("adam", {"lr": 0.1 + 0.2, "beta1": 1 / 3}, f"Student {i}") for i in range(12)
    )
    race = race_on(SURFACES["quadratic"](kappa=50.0), lanes)
    link = write_link(race)
    assert qr(f"https://ravine.example/?{link}").status_code == 200
