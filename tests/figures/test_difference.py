"""Two formulas beside each other, with their differences marked."""

import doctest
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from optim import FORMS, OPTIMIZERS
from optim._typed import typed
from ravine.figures import difference
from ravine.figures.difference import BOXED, marked

FORMULAS = [kind.formula for kinds in FORMS.values() for kind in kinds]


def rule(slug):
    return OPTIMIZERS[slug].formula


def marks(text):
    """What stands in each mark, and the text without them."""
    found = []
    while (start := text.find(BOXED + "{")) >= 0:
        depth, end = 1, start + len(BOXED) + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0) * (text[end - 1] != "\\")
            end += 1
        inner = text[start + len(BOXED) + 1 : end - 1]
        found.append(inner)
        text = text[:start] + inner + text[end:]
    return found, text


def test_its_examples():
    assert doctest.testmod(difference).failed == 0


@pytest.mark.parametrize("one", range(len(FORMULAS)))
def test_marks_change_nothing_else(one):
    for other in range(len(FORMULAS)):
        a, b, _names = marked(FORMULAS[one], FORMULAS[other])
        assert (marks(a)[1], marks(b)[1]) == (FORMULAS[one], FORMULAS[other])
        if FORMULAS[one] == FORMULAS[other]:
            assert (a, b, _names) == (FORMULAS[one], FORMULAS[other], {})
        else:
            assert marks(a)[0] or marks(b)[0] or _names


def test_nesterov_looks_ahead_and_that_is_all():
    one, other, names = marked(rule("momentum"), rule("nesterov"))
    assert (marks(one)[0], marks(other)[0], names) == ([], [r"- \gamma v"], {})


def test_what_changes_letters_is_no_difference():
    one, other, names = marked(rule("adam"), rule("adabelief"))
    assert (marks(one)[0], marks(other)[0]) == (["g^2"], [r"(g - m)^2 + \epsilon"])
    assert names == {"v": "s"}
    one, other, names = marked(rule("rmsprop"), rule("adam"))
    assert names == {"s": "v", r"\gamma": r"\beta_2"}
    assert marks(one)[0] == [r"\frac{\eta}{\sqrt{s + \epsilon}}\, g"]


def test_one_letter_is_not_two():
    """Centred RMSProp forgets gradients and squares at one pace, Adam at two."""
    names = marked(rule("rmsprop_centered"), rule("adam"))[2]
    assert len({*names.values()}) == len(names)
    assert list(names).count(r"\gamma") == 1


def test_terms_are_whole():
    one, other, _names = marked(rule("adagrad"), rule("rmsprop"))
    assert (marks(one)[0], marks(other)[0]) == ([], [r"\gamma", r"(1-\gamma)"])
    one, other, _names = marked(rule("adam"), rule("adamw"))
    assert (marks(one)[0], marks(other)[0]) == ([], [r"(1 - \eta\lambda)"])


def test_a_difference_is_one_from_either_side():
    for a, b in itertools.islice(itertools.combinations(FORMULAS, 2), 0, None, 17):
        one, other, _names = marked(a, b)
        there, here, _names = marked(b, a)
        assert any(marks(text)[0] for text in (one, other)) == any(
            marks(text)[0] for text in (here, there)
        )


@pytest.mark.parametrize("text", ["x = x - lr*g", "m = 0.9*m + sqrt(g); x = x - lr*m/(1 + |m|)"])
def test_typed_rules_have_differences_too(text):
    formula = typed(text).formula
    one, other, _names = marked(formula, rule("adam"))
    assert (marks(one)[1], marks(other)[1]) == (formula, rule("adam"))
    assert marks(other)[0]


@given(text=some.text(alphabet=r"\{}^_&abfrcsqt left right begin[](),=12" + "\n", max_size=40))
def test_what_cannot_be_read_is_left_as_it_is(text):
    one, other, _names = marked(text, rule("adam"))
    assert re.sub(r"\s", "", marks(one)[1]) == re.sub(r"\s", "", text)
    assert marks(other)[1] == rule("adam")


@pytest.mark.parametrize(
    "text", [r"\frac{a", r"a}", r"\begin{cases} a", r"\left( a", r"\hat", "a^", "{", "\\"]
)
def test_half_a_formula_is_no_formula(text):
    assert marked(text, rule("adam")) == (text, rule("adam"), {})
