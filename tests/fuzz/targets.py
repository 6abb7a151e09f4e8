"""What no input may break, one function for each door: links, typed rules, typed functions, and the server's routes.

Each takes any bytes, and fails with AssertionError, or with an exception that nobody expected. What visitors read must be
a sentence; what they wrote must come back as letters, in Markdown, LaTeX, Plotly and tables alike.
"""

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from ravine.core.formula import FormulaError, parse_expression, parse_rule
from ravine.core.words import speak
from ravine.experiments.link import decode, encode, read_link, write_link
from ravine.experiments.race import Race
from ravine.figures.plain import json_literal
from ravine.payload.names import lane_labels, plain
from ravine.payload.sliders import moved
from ravine.rooms.kinds import GUESSES
from ravine.rooms.questions import public, read_question
from ravine.rooms.reading import json_object

LONGEST = 900  # characters of a sentence: some list all names that there are
SPECIAL = re.compile(
    r"(?<!\\)(?:\\\\)*[`*_{}\[\]()#<>|~$:&=\"'@^]"
)  # of Markdown, and Streamlit's own, without a backslash
COMMANDS = re.compile(r"\\([A-Za-z]+)")
MATHS = re.compile(  # every LaTeX command that a typed formula may make: letters, accents, fractions, roots, brackets
    "alpha|beta|gamma|delta|zeta|theta|kappa|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega|eta|epsilon|lambda|ast|hat|bar"
    "|tilde|mathrm|operatorname|frac|sqrt|left|right|cdot|exp|log|sin|cos|tan|sinh|cosh|tanh|min|max|arcsin"
    "|arccos|arctan|nabla|leftarrow"
)


ASKED = [  # a question of each kind
    GUESSES["point"].read({"x": [-4, 4], "y": [-3, 3]}),
    GUESSES["lane"].read({"lanes": ["a", "b"]}),
    GUESSES["number"].read({"low": 0.01, "high": 1}),
    GUESSES["order"].read({"items": ["a", "b", "c"]}),
    GUESSES["choice"].read({"options": ["a", "b", "c"]}),
    GUESSES["starts"].read(
        {
            "x": [-4, 4],
            "y": [-3, 3],
            "columns": 2,
            "rows": 1,
            "lane": 0,
            "fates": ["a", "b"],
            "truth": {"became": "01"},
        }
    ),
    GUESSES["rates"].read(
        {
            "low": 0.01,
            "high": 1,
            "count": 2,
            "lane": 0,
            "fates": ["a", "b"],
            "truth": {"became": "01", "heights": [None, 2.0]},
        }
    ),
]


def link(data: bytes) -> None:
    """A link is a race that comes back from its own link, or a sentence."""
    query = parse_qs(_text(data), keep_blank_values=True)
    try:
        race = decode(query)
    except ValueError as error:
        _is_sentence(str(error))
        return
    again = read_link(write_link(race))
    assert encode(again) == encode(race)
    _is_race(race)


def rule(data: bytes) -> None:
    """A typed rule reads back as itself, or is refused with the place of the fault."""
    made = _read(parse_rule, data)
    if made is None:
        return
    for line in made.latex:
        _is_maths(line)


def expression(data: bytes) -> None:
    """The same for a typed function; its tape has numbers, and no more than were written."""
    made = _read(parse_expression, data)
    if made is None:
        return
    assert parse_expression(made.text).latex == made.latex
    _is_maths(made.latex)
    assert np.isfinite(np.asarray(made.arrays().numbers, float)).all()


def preview(data: bytes) -> None:
    """Turning any slider to any text gives a race, or a sentence."""
    key, _sign, rest = _text(data).partition("\n")
    shows, _sign, query = rest.partition("\n")
    try:
        race = moved(read_link(query), key, shows)
        encode(race)
    except ValueError as error:
        _is_sentence(str(error))


def room(data: bytes) -> None:
    """What a phone or a teacher sends to a room is clean, or answered by a sentence."""
    try:
        sent = json_object(data)
    except ValueError as error:
        _is_sentence(str(error))
        return
    for guess in ASKED:
        try:
            clean = guess.read_answer(sent.get("answer"))
        except ValueError as error:
            _is_sentence(str(error))
            continue
        assert guess.read_answer(json.loads(json.dumps(clean, allow_nan=False))) == clean
        json.dumps(guess.describe([clean]), allow_nan=False)
    try:
        asked = read_question(sent)
    except ValueError as error:
        _is_sentence(str(error))
        return
    assert read_question(asked) == asked
    assert not {"truth", "link"} & set(public(asked, revealed=False))
    if "picture" in asked:
        _does_nothing(ET.fromstring(asked["picture"]))


def _does_nothing(drawing: ET.Element) -> None:
    """No element acts or loads, and no attribute of one does."""
    for element in drawing.iter():
        name = element.tag.rpartition("}")[2].lower()
        assert name not in {
            "script",
            "foreignobject",
            "a",
            "image",
            "use",
            "style",
            "set",
            "animate",
        }
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on")
            assert "href" not in key.lower()
            assert key != "style"
            assert not re.search(r"url\s*\((?!#)", value, re.IGNORECASE)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "link": link,
    "rule": rule,
    "expression": expression,
    "preview": preview,
    "room": room,
}
SEEDS: dict[str, list[str]] = {
    "link": [
        "on=quadratic~kappa=50&run=momentum&run=rmsprop~gamma=0.9&lr=0.1",
        "on=typed~view=-4,4,-4,4~text=x**2 + 10*y**2&start=1,2",
        "run=typed~k=0.1~text=x = x - k*g&steps=60&tol=0.001&view=panels&at=12&zoom=-1,1,-1,1",
        "run=momentum~gamma=0.9~with-clip_norm~limit=1.0~with-cosine~hidden~name=Mine",
        "show=levels,step&curves=gap,v1&dial=shared--gamma&eye=1,-1,0.5&point=0,0",
        "many=map&goal=arrived&over=lr,gamma&tune=all&tries=64&seed=7&follow=momentum-1&if=frozen",
        "on=ravine~turn=0.5&run=adam.keras~beta1=0.8",
    ],
    "rule": [
        "v = gamma*v + lr*g; x = x - v",
        "m = beta1*m + (1 - beta1)*g\ns = beta2*s + (1-beta2)*g^2\nx -= lr * m/(1-beta1^t)/(sqrt(s/(1-beta2^t)) + eps)",
        "a = |g|; b = ||g||; x = x - lr*sign(g)*min(a, b, clip(a, 0, 1))",
        "x = x - lr*grad(x - k*v)*f(x); v = where",
    ],
    "expression": [
        "x^2 + 10 y^2",
        "sin(3x) exp(-y^2)",
        "|x| + y^4",
        "1/(1+x2**2) - tanh(2xy)e",
        "max(x, y, 0.5)pi",
    ],
    "preview": [
        "shared--lr\n0.1\nrun=adam",
        "start\n1,2\n",
        "function\nx^2+y^2\non=typed~text=x",
        "surface--quadratic--kappa\n5\n",
    ],
    "room": [
        '{"answer": [1.5, -2], "phone": "0123456789abcdef", "vote": "first", "question": 1}',
        '{"answer": 0.1}',
        '{"answer": [2, 0, 1]}',
        '{"text": "Who?", "kind": "lane", "lanes": ["Adam", "Lion"], "truth": 1, "answer": 1}',
        '{"text": "?", "kind": "number", "low": 0.1, "high": 10, "symbol": "a", "truth": 2}',
        """{"text": "?", "kind": "starts", "x": [0, 1], "y": [0, 1], "columns": 2, "rows": 1, "lane": 0,
        "fates": ["a", "b"], "truth": {"became": "01"}}""",
        """{"text": "?", "kind": "rates", "low": 0.1, "high": 1, "count": 2, "lane": 0, "fates": ["a", "b"],
        "truth": {"became": "01", "heights": [null, 2.5]}}""",
        """{"text": "?", "kind": "point", "x": [0, 1], "y": [0, 1], "truth": [0, 2], "alt": "a", "picture":
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path d='M0 0' fill='url(#a)'/></svg>"}""",
    ],
}


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _read(parse: Callable[[str], Any], data: bytes) -> Any:
    """What a text is read as, which reads back as itself; None when it is refused, with a sentence and a place."""
    text = _text(data)
    try:
        made = parse(text)
    except FormulaError as error:
        _is_placed(error, text)
        return None
    assert parse(made.text).text == made.text
    return made


def _is_race(race: Race) -> None:
    """What others wrote into a race is shown letter for letter."""
    for name in lane_labels(race.lanes):
        assert not SPECIAL.search(plain(name)), name
        assert not re.search(r"[<>]", json_literal(name)), name
    assert all(math.isfinite(value) for value in (*race.shared.values(), *race.start))


def _is_placed(error: FormulaError, text: str) -> None:
    _is_sentence(str(error))
    lines = re.split(r"\r\n|[\n\r;\v\f\x1c-\x1e\x85\u2028\u2029]", text)
    assert 1 <= error.line <= len(lines) + 1, (error.line, text)
    assert 1 <= error.column <= len(text) + 2, (error.column, text)


def _is_sentence(said: str) -> None:
    assert said, said
    assert len(said) <= LONGEST, said
    assert "Traceback" not in said, said
    assert said[-1] in ".?", said
    assert not SPECIAL.search(plain(said)), said


def _is_maths(latex: str) -> None:
    """LaTeX with known commands alone, brackets closed, and nothing that ends math mode."""
    assert all(MATHS.fullmatch(command) for command in COMMANDS.findall(latex)), latex
    assert "$" not in latex, latex
    assert "%" not in latex, latex
    depth = 0
    for char in re.sub(r"\\[{}|]", "", latex):
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0, latex
    assert depth == 0, latex


speak("en")
