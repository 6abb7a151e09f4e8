"""The words of *Predict first*: those that its scripts ask for, in every language."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.core.words import languages, speak
from ravine.experiments.asking import ASKS
from ravine.server import assets, predicting
from ravine.server.predicting import predict_words

client = TestClient(Starlette(routes=predicting.routes()))
ASKED_FOR = ("arena/predict.js", "arena/asker.js", "room/kinds.js")
OF_THE_ARENA = {"predict", "unreached", "picture"}  # ravine/ui/arena/words.py


def test_the_scripts_find_every_word_and_no_word_is_idle():
    text = "".join((assets.SCRIPTS / name).read_text() for name in ASKED_FOR)
    used = set(re.findall(r"\bwords\??\.(\w+)", text)) - OF_THE_ARENA
    assert used - {"close"} == predict_words().keys()


@pytest.mark.parametrize("lang", languages())
def test_they_come_in_the_language_that_is_asked_for(lang):
    answer = client.get(f"{assets.figure_address('predict')}?lang={lang}")
    assert "immutable" in answer.headers["cache-control"]
    speak(lang)
    assert answer.json() == predict_words()
    assert (answer.json()["send"] == "That is my guess") == (lang == "en")


def test_every_kind_can_be_right():
    text = (assets.SCRIPTS / "arena" / "streak.js").read_text()
    assert {kind for kind in ASKS if f"  {kind}: (" in text} == ASKS.keys()
