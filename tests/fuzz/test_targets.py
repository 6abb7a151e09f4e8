"""The targets of the fuzzer, with a few hundred inputs each; `make fuzz` gives them as many as there is time for."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS, _is_maths, _is_sentence

MUTATIONS = 300
PIECES = [
    *(
        "~",
        "=",
        "&",
        "%",
        ";",
        "\n",
        ",",
        ".",
        "--",
        "__",
        "(",
        ")",
        "|",
        "**",
        "^",
        "\\",
        "$",
        "{",
        "}",
        "<b>",
        "`",
        "\u202e",
    ),
    *(
        "text=",
        "run=",
        "on=typed~",
        "typed",
        "nan",
        "inf",
        "1e999",
        "-0",
        "٣",
        "\x00",
        "x",
        "g",
        "lr",
        "9" * 50,
        "sqrt(",
        "é",
    ),
]


def mutated(draw, seeds):
    """A seed with a few pieces put in, taken out, or doubled."""
    text = draw.choice(seeds)
    for _turn in range(draw.randrange(1, 5)):
        a, b = sorted(draw.randrange(len(text) + 1) for _ in "ab")
        kind = draw.randrange(3)
        text = (
            text[:a] + draw.choice(PIECES) + text[a:],
            text[:a] + text[b:],
            text[:b] + text[a:b] + text[b:],
        )[kind]
        text = text[:2000]
    return text.encode("utf-8", errors="surrogatepass")


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_what_is_near_them(name):
    draw = random.Random(name)
    for seed in SEEDS[name]:
        TARGETS[name](seed.encode())
    for _turn in range(MUTATIONS):
        TARGETS[name](mutated(draw, SEEDS[name]))


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
@settings(max_examples=60)
def test_anything(name, data):
    TARGETS[name](
        data.draw(
            st.one_of(
                st.binary(max_size=200),
                st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
            )
        )
    )


@pytest.mark.parametrize("latex", [r"\href{javascript:1}{a}", r"a}b{", r"{a", "a$b", "a%b"])
def test_the_fuzzer_sees_latex_that_breaks_out(latex):
    with pytest.raises(AssertionError):
        _is_maths(latex)


def test_the_fuzzer_sees_a_traceback():
    for said in ("Traceback (most recent call last):", "KeyError", ""):
        with pytest.raises(AssertionError):
            _is_sentence(said)
