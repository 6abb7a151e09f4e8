"""Thumbnails and the gallery, asked for as a browser asks."""

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.experiments.link import decode, read_link, write_link
from ravine.experiments.presets import PRESETS
from ravine.experiments.race import MOST_LANES, MOST_STEPS
from ravine.server import answers, assets, thumbnails
from ravine.ui import gallery
from surfaces import SURFACES
from tests.cases import races_to_run

client = TestClient(Starlette(routes=thumbnails.routes()))


def get(link="", mode="light", **headers):
    return client.get(f"{thumbnails.thumbnail_address()}?{link}&mode={mode}", headers=headers)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
@pytest.mark.parametrize("mode", answers.MODES)
def test_every_card_has_its_picture(preset, mode):
    answer = get(preset.link, mode)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text.startswith("<svg")
    assert int(answer.headers["content-length"]) < 9_000


def test_who_cannot_unpack_gets_it_plain():
    answer = get(**{"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content.startswith(b"<svg")


def test_light_and_dark_differ():
    assert get(mode="light").text != get(mode="dark").text


@pytest.mark.parametrize(
    ("link", "mode"),
    [
        ("on=everest", "light"),
        ("lr=99", "light"),
        ("setps=1", "light"),
        ("", "pink"),
        ("", ""),
        ("run=adam&" * 13, "light"),
        ("start=9,9", "light"),
        ("zoom=1", "light"),
    ],
)
def test_a_wrong_link_is_a_sentence(link, mode):
    answer = get(link, mode)
    assert answer.status_code == 400
    assert answer.text.endswith(".")
    assert answer.headers["cache-control"] == "no-store"


def test_the_sentence_is_in_the_language_that_was_asked_for():
    assert get("on=everest&lang=zh_CN").text != get("on=everest").text
    assert get("lang=zh_CN").text == get().text


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["mode", "lang", "on", "run", "lr", "start", "zoom", "at"]),
        st.text(max_size=20),
    )
)
def test_any_request_is_answered(query):
    assert client.get(thumbnails.thumbnail_address(), params=query).status_code in {200, 400}


@settings(max_examples=20)
@given(races_to_run())
def test_every_race_has_a_picture(race):
    assert get(write_link(race)).status_code == 200


def test_a_greedy_link_is_drawn_in_part():
    lanes = "&".join("run=momentum" for _ in range(MOST_LANES))
    link = f"on=rastrigin&{lanes}&lr=0.03&steps={MOST_STEPS}"
    get(link.replace("0.03", "0.02"))  # compiles
    before = time.perf_counter()
    answer = get(link)
    assert time.perf_counter() - before < 2.0
    assert len(answer.content) < 90_000
    assert answer.text == get(link.replace(f"steps={MOST_STEPS}", "steps=300")).text


def test_pictures_that_look_the_same_are_kept_once():
    def drawn(link):
        return thumbnails.drawn_thumbnail(
            decode({part.split("=", 1)[0]: [part.split("=", 1)[1]] for part in link.split("&")})
        )

    plain = drawn("steps=5")
    for same in (
        "tol=0.1",
        "view=panels",
        "curves=gap",
        "show=nothing",
        "dial=shared--gamma",
        "eye=1,1,1",
    ):
        assert drawn(f"steps=5&{same}") == plain
    assert drawn("steps=20&at=5") == plain
    assert drawn("steps=6") != plain
    assert drawn("at=0").steps == 1
    assert thumbnails._packed.cache_info().maxsize <= 512


def test_what_is_hidden_is_not_drawn_and_changes_no_colour():
    both, one = get("run=adam&run=momentum").text, get("run=adam~hidden&run=momentum").text
    assert (both.count("<use"), one.count("<use")) == (4, 2)
    assert get("run=adam~hidden").status_code == 200


def test_the_gallery_says_what_the_browser_needs():
    sent = gallery.payload(gallery.races())
    for card, preset in zip(sent["cards"], PRESETS, strict=True):
        opened = read_link(card["link"])
        assert opened.gallery.chapter == preset.slug
        assert opened.run == read_link(preset.link).run
    assert all(card["title"] and card["sentence"] for card in sent["cards"])
    assert sent["pictures"] == thumbnails.thumbnail_address()
    assert sent["css"] == assets.script_address("gallery/gallery.css")


@pytest.mark.parametrize("slug", SURFACES)
def test_any_surface_can_be_pictured(slug):
    assert get(f"on={slug}&run=gradient_descent&run=adam").text.count("<use") == 2 * 2


def test_what_is_kept_is_packed():
    get()
    assert gzip.decompress(thumbnails._packed("", "light")).startswith(b"<svg")


def test_a_schedule_is_drawn_as_long_as_it_is():
    race = decode({"run": ["momentum~with-linear"], "steps": ["2000"], "lr": ["0.01"]})
    assert (thumbnails.drawn_thumbnail(race).steps, thumbnails.drawn_thumbnail(race).arena.at) == (
        2000,
        300,
    )
    short = race.replace(steps=40, at=7)
    assert (
        thumbnails.drawn_thumbnail(short).steps,
        thumbnails.drawn_thumbnail(short).arena.at,
    ) == (
        40,
        7,
    )
    assert (
        get("run=momentum~with-linear&steps=2000&lr=0.01").text
        != get("run=momentum~with-linear&steps=300&lr=0.01").text
    )
