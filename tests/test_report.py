"""The report of the Verified page is made anew only where something has changed, and a test says when it has."""

import pytest

from ravine.experiments import verify
from ravine.experiments.verify import GROUNDS, KINDS, VERIFIED, stored
from surfaces import SURFACES
from tests.goldens import report


@pytest.fixture
def computed(monkeypatch):
    """What is computed, and not taken from what was written down."""
    seen = {"places": set(), "sentences": set(), "surfaces": set()}

    def compared(places):
        seen["places"] |= places
        return [verify.Comparison(*place, 1, 50, 1e-17, "") for place in places]

    def inclusions(sentences):
        seen["sentences"] |= sentences
        return [verify.Inclusion(told, 0.0) for told in sentences]

    def gradients(slugs):
        seen["surfaces"] |= {*slugs}
        return [verify.Gradient(slug, 1, 0.0) for slug in slugs]

    monkeypatch.setattr(report, "compared", compared)
    monkeypatch.setattr(verify, "inclusions", inclusions)
    monkeypatch.setattr(verify, "gradients", gradients)
    return seen


def test_the_report_is_made_from_what_is_there():
    assert stored()["sources"] == report.sources(), "python -m tests.goldens.report"


def test_where_nothing_has_changed_nothing_is_computed(computed):
    assert report.text(report.remade(stored())) == VERIFIED.read_text(encoding="utf-8")
    assert not any(computed.values())


def test_of_a_rule_that_has_changed_its_rows_and_what_is_known_of_it_are_computed(computed):
    kept = stored()
    kept["sources"]["rules"]["sign_sgd"] = "another"
    new = report.remade(kept)
    forms = {form for form, _who, _surface in computed["places"]}
    assert forms == {"sign_sgd"}
    assert {surface for _form, _who, surface in computed["places"]} == {*GROUNDS}
    assert computed["sentences"] == {"Lion without memory is signSGD."}
    assert computed["surfaces"] == set()
    assert new["sources"] == report.sources()


def test_of_a_new_surface_its_gradient_alone_is_computed(computed):
    kept = stored()
    del kept["sources"]["surfaces"]["booth"]
    kept["gradients"] = [row for row in kept["gradients"] if row["surface"] != "booth"]
    assert [row["surface"] for row in report.remade(kept)["gradients"]] == [*SURFACES]
    assert computed == {"places": set(), "sentences": set(), "surfaces": {"booth"}}


def test_a_row_that_is_missing_is_computed_and_one_of_no_rule_goes(computed):
    kept = stored()
    lost = kept["comparisons"].pop(3)
    kept["comparisons"].append(lost | {"form": "a_rule_of_yesterday"})
    new = report.remade(kept)
    assert computed["places"] == {report.place_of(lost)}
    assert [report.place_of(row) for row in new["comparisons"]] == [
        report.place_of(row) for row in stored()["comparisons"]
    ]


def test_an_empty_report_is_computed_whole(computed):
    new = report.remade({})
    assert {form for form, _who, _surface in computed["places"]} == {*KINDS}
    assert {*computed["sentences"]} == {row["sentence"] for row in new["inclusions"]}
    assert {*computed["surfaces"]} == {*SURFACES}


def test_a_reason_is_that_of_today(computed, monkeypatch):
    place = report.place_of(stored()["comparisons"][0])
    monkeypatch.setitem(verify.EXCEPTIONS, place, "it is known")
    (row,) = (
        row for row in report.remade(stored())["comparisons"] if report.place_of(row) == place
    )
    assert row["exception"] == "it is known"
    assert not any(computed.values())


def test_what_is_computed_anew_says_the_same_again():
    """A form whose path is the same on every machine, on all grounds, by frameworks and by hand."""
    kept = [row for row in stored()["comparisons"] if row["form"] == "sign_sgd"]
    fresh = verify.as_rows(report.compared({report.place_of(row) for row in kept}))
    by_place = {report.place_of(row): row for row in fresh}
    for row in kept:
        mine = by_place[report.place_of(row)]
        assert mine | {"difference": 0.0} == row | {"difference": 0.0}
        assert max(mine["difference"], row["difference"]) < verify.CLOSE


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("optim.adamw", ["adam.py", "adamw.py"]),
        ("optim.adam", ["adam.py"]),
        ("surfaces.booth", ["booth.py"]),
        ("surfaces.logistic_mse", ["_data.py", "_flights.py", "_newton.py", "logistic_mse.py"]),
        ("tests.references.rules.adamw", ["_averages.py", "adam.py", "adamw.py"]),
        ("tests.references.rules.a_rule_of_tomorrow", []),
    ],
)
def test_a_figure_is_made_from_a_module_and_those_beside_it(module, names):
    assert [path.name for path in report.files(module)] == names


def test_a_file_that_is_another_one_has_another_digest(tmp_path):
    file = tmp_path / "rule.py"
    file.write_text("lr = 0.1\n")
    before = report.digest(file, None)
    assert before == report.digest(file, None)
    assert before != report.digest(file, [1])
    file.write_text("lr = 0.2\n")
    assert before != report.digest(file, None)


def test_what_a_sentence_runs_is_said(monkeypatch):
    """An inclusion names every form that it runs: a change of one of them makes it anew."""
    run, trace = set(), verify._trace
    monkeypatch.setattr(verify, "_trace", lambda case: run.add(case.form) or trace(case))
    for sentence, forms in verify.involved().items():
        run.clear()
        verify.inclusions(("ravine",), {sentence})
        assert run == {*forms}, sentence
