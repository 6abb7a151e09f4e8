"""The catalogues: whole, fresh, and heard on the page.

While one works, a text that is not translated yet is a warning; with RELEASE=1 it is an error.
"""

import ast
import functools
import gettext
import json
import os
import re
import warnings
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from optim import OPTIMIZERS
from optim.wrappers import WRAPPERS
from ravine.core.words import CATALOGUES, DOMAIN, _, all_texts, language, languages, speak
from ravine.experiments.outcome import Outcome
from ravine.figures.sentences import sentence
from ravine.payload.names import CLASSICS, plain
from ravine.ui.arena.words import words as arena_words
from surfaces import SURFACES

ROOT = Path(__file__).parents[1]
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
PO_FILES = sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
# Names of people and of algorithms, which are the same in every language.
NAMES = {
    "Ackley", "AdaDelta", "AdaGrad", "Adam", "Beale", "Himmelblau", "Nesterov", "RMSProp", "Rastrigin", "Ravine",
    "Rosenbrock",
    "AMSGrad", "AdaBelief", "AdaMax", "AdamW", "Adan", "BFGS", "Lion", "NAdam", "QHM", "RAdam", "Rprop", "iRprop",
    "Yogi", "signSGD", "Schedule", "Free", "SGD", "Polyak", "PyTorch", "Keras", "optax",
    "Booth", "Branin", "Easom", "Goldstein", "Price", "Matyas", "McCormick", "Styblinski", "Tang", "ReLU", "sigmoid",
    "tanh",
    "MIT", "PNG", "SVG", "CSV", "WebM", "HTML", "GIF", "MP", "ZIP", "Python", "WebGL",
}  # fmt: skip
WIDGETS = (
    "selectbox",
    "select_slider",
    "slider",
    "multiselect",
    "pills",
    "button",
    "segmented_control",
)

RELEASE = os.environ.get("RELEASE", "")

every_catalogue = pytest.mark.parametrize("po", PO_FILES, ids=lambda path: path.parts[-3])


@pytest.fixture(autouse=True)
def english_again():
    yield
    assert speak("en") == "en"


def read(path):
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(catalogue):
    return {message.id: message for message in catalogue if message.id}


def placeholders(text):
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def is_chinese(text):
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def in_chinese(text):
    speak("zh-CN")
    return _(text)


def english(text):
    """The English words in `text`. Placeholders, letters of formulas and proper names are none."""
    return english_words(text) - NAMES - kept_names() - unsaid()


def english_words(text):
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", text)))


@functools.cache
def kept_names():
    """The words of titles that a catalogue keeps as they are: proper names."""
    catalogues = [{text: m.string for text, m in messages(read(po)).items()} for po in PO_FILES]
    titles = [k.title for menu in (OPTIMIZERS, SURFACES, WRAPPERS) for k in menu.values()]
    kept = [
        english_words(t) & english_words(said.get(t, "")) for t in titles for said in catalogues
    ]
    return set().union(*kept)


@functools.cache
def in_the_sources():
    """Every text that a visitor may read, as the sources have it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, "N_": None})
    return {text for _file, _line, text, _comments, _context in found}


def untranslated(po):
    """The texts of the sources that a catalogue does not have yet."""
    catalogue = messages(read(po))
    said = {text for text, message in catalogue.items() if message.string and not message.fuzzy}
    return in_the_sources() - said


@functools.cache
def unsaid():
    """The English words that may be met on a page until they are translated: before a release none."""
    texts = () if RELEASE else [text for po in PO_FILES for text in untranslated(po)]
    return {word for text in texts for word in english_words(text)}


def for_a_release(texts, told):
    """Nothing is in `texts` before a release; while one works it is a warning."""
    if RELEASE:
        assert sorted(texts) == [], told
    elif texts:
        warnings.warn(f"{told}: {sorted(texts)}", stacklevel=2)


def test_every_catalogue_is_offered():
    assert languages() == ("en", *(path.parts[-3] for path in PO_FILES))
    assert "zh_CN" in languages()


def test_the_template_is_fresh():
    for_a_release(in_the_sources() ^ {*messages(read(TEMPLATE))}, "make words")


@every_catalogue
def test_every_message_is_translated(po):
    catalogue = read(po)
    assert set(messages(catalogue)) == set(messages(read(TEMPLATE)))
    assert not catalogue.obsolete
    for_a_release(untranslated(po), f"not translated in {po.parts[-3]}")


def test_a_missing_translation_is_a_warning_and_before_a_release_an_error(monkeypatch):
    monkeypatch.setitem(globals(), "RELEASE", "")
    for_a_release(set(), "not translated")
    with pytest.warns(UserWarning, match="not translated: .'Sign descent'."):
        for_a_release({"Sign descent"}, "not translated")
    monkeypatch.setitem(globals(), "RELEASE", "1")
    for_a_release(set(), "not translated")
    with pytest.raises(AssertionError, match="not translated"):
        for_a_release({"Sign descent"}, "not translated")


@every_catalogue
def test_placeholders_are_kept(po):
    said = {text: message for text, message in messages(read(po)).items() if message.string}
    for text, message in said.items():
        assert placeholders(message.string) == placeholders(text), text


@every_catalogue
def test_the_compiled_catalogue_is_what_the_text_says(po):
    compiled = BytesIO()
    write_mo(compiled, read(po))
    compiled.seek(0)
    with po.with_suffix(".mo").open("rb") as file:
        shipped = read_mo(file)
    assert {m.id: m.string for m in shipped} == {m.id: m.string for m in read_mo(compiled)}


@every_catalogue
def test_a_catalogue_says_what_it_is_and_not_who_made_it(po):
    with po.with_suffix(".mo").open("rb") as file:
        header = gettext.GNUTranslations(file).info()
    assert header["project-id-version"] == "Ravine"
    assert header["language"] == po.parts[-3]
    assert header["content-type"] == "text/plain; charset=utf-8"
    assert "@" not in po.read_text(encoding="utf-8")


@pytest.mark.parametrize("wanted", ["zh-CN", "zh_CN", "zh", "zh-Hans-CN"])
def test_chinese_is_spoken(wanted):
    assert speak(wanted) == language() == "zh_CN"
    assert _(SURFACES["ravine"].title) == "峡谷"
    assert _(OPTIMIZERS["momentum"].title) == "动量法"
    assert _(OPTIMIZERS["adam"].title) == "Adam"
    assert speak("en") == "en"
    assert _(SURFACES["ravine"].title) == "Ravine"


@pytest.mark.parametrize("slug", SURFACES)
def test_every_surface_is_chinese(slug):
    said = [in_chinese(text) for text in (SURFACES[slug].title, SURFACES[slug].lesson)]
    for_a_release({text for text in said if not is_chinese(text)}, "not translated")
    assert english("".join(said)) == set()


@pytest.mark.parametrize(
    ("outcome", "part"),
    [
        (Outcome("reached", place=(0.0, -1.85)), "(0, -1.85)"),
        (Outcome("reached", place=(0.0, -1.85), is_global=False), "(0, -1.85)"),
        (Outcome("stuck", place=(1.5, 2.0)), "(1.5, 2)"),
        (Outcome("left", step=17), "17"),
        (Outcome("overflowed", step=17), "17"),
        (Outcome("moving"), ""),
    ],
)
def test_an_outcome_is_a_chinese_sentence_with_its_place(outcome, part):
    speak("zh-CN")
    said = sentence(outcome)
    assert part in said
    assert is_chinese(said)
    assert english(said) == set()
    assert said.endswith("。")


def page(**query):
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, values in {"lang": ["zh_CN"], **query}.items():
        test.query_params[name] = values
    test.run()
    assert [error.message for error in test.exception] == []
    return test


def widget_texts(test):
    """What a visitor reads on the widgets, by the widget's key: label, help, placeholder, and the options of menus."""
    for kind in WIDGETS:
        for widget in getattr(test, kind):
            yield widget.key, widget.label
            yield widget.key, getattr(widget, "help", None) or ""
            yield widget.key, getattr(widget, "placeholder", None) or ""
            if kind != "select_slider":  # its options are numbers
                for option in getattr(widget, "options", []):
                    yield widget.key, getattr(option, "content", option)


def sent(test):
    (arena,) = [
        made for made in test.get("bidi_component") if made.proto.component_name.endswith("arena")
    ]
    return json.loads(arena.proto.mixed.json)


@pytest.mark.parametrize("on", ["ravine", "quadratic", "saddle"])
def test_the_compare_page_is_chinese(on):
    test = page(on=[on], run=[*CLASSICS, "momentum~gamma=0.9"])
    texts = list(widget_texts(test))
    assert {key: words for key, text in texts if (words := english(text))} == {}
    labels = {widget.key: widget.label for kind in WIDGETS for widget in getattr(test, kind)}
    assert {
        key: label for key, label in labels.items() if not is_chinese(label) and label not in NAMES
    } == {}

    data = sent(test)
    assert {
        name: text for name, text in data["words"].items() if not is_chinese(text) or english(text)
    } == {}
    assert is_chinese(data["arrived"])
    assert english(data["arrived"]) == set()
    for lane in data["lanes"]:
        assert english(lane["name"]) == set()
        for told in ("outcome", "story"):
            assert is_chinese(lane["row"][told])
            assert english(lane["row"][told]) == set()
    assert all(is_chinese(text) for text in data["names"]["marks"].values())
    assert english("".join(data["names"]["charts"].values())) == set()
    assert "lang=zh_CN" in data["ground"]

    assert all(is_chinese(title.value) and not english(title.value) for title in test.subheader)
    assert any(in_chinese(SURFACES[on].lesson) in markdown.value for markdown in test.markdown)
    notes = [in_chinese(OPTIMIZERS[slug].note) for slug in CLASSICS if OPTIMIZERS[slug].note]
    assert notes
    assert all(any(plain(note) in text.value for text in test.markdown) for note in notes)


def test_a_link_that_cannot_be_opened_is_answeredin_chinese():
    (warning,) = page(on=["everest"]).warning
    assert warning.value.startswith("这个链接有一部分无法打开")


def test_a_visitor_from_elsewhere_still_reads_english():
    test = page(lang=["de"])
    assert sent(test)["words"]["play"] == "Play"
    assert not any(is_chinese(text) for _key, text in widget_texts(test))


def test_no_text_hides_in_a_formatted_string():
    """What stands in the braces of an f-string is not extracted, and stays English."""
    hidden = []
    for folder in ("ravine", "optim", "surfaces", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    hidden += [
                        f"{path.name}: {ast.unparse(call)}"
                        for call in ast.walk(node)
                        if isinstance(call, ast.Call)
                        and ast.unparse(call.func) in {"_", "N_"}
                        and isinstance(call.args[0], ast.Constant)
                    ]
    assert hidden == []


def test_no_text_of_the_arena_hides_another():
    with pytest.raises(KeyError, match="best"):
        all_texts({"best": "Best f", "final": "Final f"}, {"best": "each at its best η"})
    told = arena_words(bounded=True, pointing=True)
    assert told["best"] == "Best f"
    assert told["rates_best"] == "each at its best η"
