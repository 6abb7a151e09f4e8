"""Texts that try to be more than a formula: each gets a sentence, soon, and nothing runs."""

import ast
import gc
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ravine.core.formula
from ravine.core.formula import FormulaError, parse_expression, parse_rule
from ravine.core.formula.error import Place
from ravine.core.formula.grammar import tree
from ravine.core.formula.rule import GRAMMAR
from ravine.core.formula.tokens import Source

SOON = 0.2  # seconds of this thread, so that a busy machine is no fault
HOSTILE = {
    "attribute": "x = x.__class__",
    "attribute of a number": "x = (1).real",
    "subclasses": "x = ().__class__.__bases__[0].__subclasses__()",
    "dunder": "x = __import__",
    "dunder call": "x = __import__('os').system('touch /tmp/ravine')",
    "dunder inside": "a__b = 1; x = a__b",
    "builtins": "x = __builtins__",
    "single underscore": "x = _",
    "trailing underscore": "x = a_ - g",
    "lambda": "x = (lambda: 1)()",
    "lambda as a name": "x = lambda",
    "list comprehension": "x = [g for g in x]",
    "generator": "x = sum(g for g in x)",
    "set": "x = {1, 2}",
    "dict": "x = {1: 2}",
    "tuple": "x = (1, 2)",
    "bare tuple": "x = 1, 2",
    "import": "import os",
    "from import": "from os import system",
    "import after": "x = x - g; import os",
    "f-string": "x = f'{g}'",
    "format": "x = '{0.__class__}'.format(g)",
    "string": "x = 'a'",
    "double quoted": 'x = "a"*9',
    "bytes": "x = b'a'",
    "triple quotes": "x = '''a\nb'''",
    "power tower": "x = 9**9**9**9",
    "power tower with carets": "x = 9^9^9^9^9",
    "large power": "x = 10**400",
    "factorial-like": "x = 1e308*1e308",
    "huge literal": f"x = {'9' * 500}",
    "huge exponent": "x = 1e999999999",
    "division by zero": "x = 1/0",
    "root of minus one": "x = sqrt(-1)",
    "complex power": "x = (-8)**0.5",
    "zero to minus one": "x = 0**-1",
    "complex literal": "x = 1j",
    "hexadecimal": "x = 0x10",
    "binary": "x = 0b11",
    "underscore in a number": "x = 1_000",
    "deep brackets": f"x = {'(' * 200}g{')' * 200}",
    "deep calls": f"x = {'sin(' * 80}g{')' * 80}",
    "deep bars": f"x = {'|-' * 100}g{'|' * 100}",
    "many minuses": f"x = {'-' * 300}g",
    "many nots": f"x = {'~' * 300}g",
    "many powers": f"x = {'g**' * 180}g",
    "long sum": f"x = {'+'.join('g' * 200)}",
    "long line": f"x = {'g*' * 5000}g",
    "a million characters": "x = " + "1+" * 500_000 + "1",
    "a million brackets": "(" * 10**6,
    "a million lines": "x = g\n" * 200_000,
    "a million look-alikes": "ⅹ" * 10**6,
    "many lines": "a = g\n" * 30,
    "long name": "x = " + "a" * 13,
    "many states": ";".join(f"a{k} = g" for k in range(13)) + "; x = x - a1",
    "many knobs": "x = " + "+".join(f"k{k}" for k in range(13)),
    "many constants": "x = " + "+".join(f"g*{k}" for k in range(2, 40)),
    "many operations": ";".join(f"x = sin(x) + {'+'.join(f'{n}{k}*g' for n in 'ab')}" for k in range(3)) * 8,
    "too many operations": "; ".join("a = " + "*".join(["sin(a)", "cos(a)", "exp(a)"] * 3) for _ in range(11)) + "; x = a",
    "Cyrillic letter": "х = x - g",
    "mathematical letter": "x = x - 𝑔",
    "long s": "x = ſin(g)",
    "Kelvin sign": "x = \u212a",
    "Arabic digit": "x = x - ٣*g",
    "lone subscript": "x = x - ₁",
    "lone raised minus": "x = g⁻",
    "power of a power": "x = g²^3",
    "null byte": "x = x - \0g",
    "escape": "x = \x1b[31mg",
    "bell": "x = g\a",
    "carriage return": "x = g\rx = 1",
    "form feed": "x = g\f",
    "line separator": "x = g\u2028import os",
    "bidirectional marks": "x = \u202eg - x",
    "zero-width joiner": "x = x\u200d - g",
    "byte order mark": "\ufeffx = g",
    "combining hat": "m\u0302 = g; x = m",
    "lone surrogate": "x = \ud800",
    "emoji": "x = 🙂",
    "walrus": "x = (y := g)",
    "shadowed function": "sin = 3; x = sin",
    "shadowed gradient": "g = 0; x = g",
    "shadowed height": "f = 0; x = x",
    "shadowed grad": "grad = g; x = x",
    "shadowed pi": "pi = 3; x = x",
    "shadowed step": "t = 0; x = t",
    "function as a value": "x = sin",
    "height as a value": "x = f",
    "function of a function": "x = sin(cos)",
    "name as a function": "x = m(1 - k)",
    "eval": "x = eval(g)",
    "exec": "exec('import os')",
    "open": "x = open(g)",
    "print": "print(g)",
    "recursion": "f(x) = f(x); x = f(x)",
    "definition": "def f(x): return x",
    "class": "class X: pass",
    "decorator": "@f\nx = g",
    "comment alone": "# x",
    "backticks": "x = `ls`",
    "shell": "x = $(ls)",
    "LaTeX input": r"x = \input{/etc/passwd}",
    "LaTeX in a name": "x = g}{\\href{javascript:alert(1)}",
    "HTML": "x = <script>alert(1)</script>",
    "image": "x = <img src=x onerror=alert(1)>",
    "template": "x = {{7*7}}",
    "SQL": "x = g' OR '1'='1",
    "Markdown": "x = ![a](http://a.example/b)",
    "keyword": "x = if",
    "None": "x = None",
    "True": "x = True",
    "ternary": "x = g if t else x",
    "boolean": "x = g and x",
    "not": "x = not g",
    "comparison": "x = g < x",
    "chained comparison": "x = 0 < g < 1",
    "equality": "x == g",
    "star-args": "x = max(*g)",
    "double star-args": "x = max(**g)",
    "keyword argument": "x = clip(g, low=1, high=2)",
    "too few arguments": "x = clip(g)",
    "too many arguments": "x = sqrt(g, g)",
    "no argument": "x = sqrt()",
    "index": "x = x[0]",
    "slice": "x = x[0:1]",
    "full-width attribute": "ｘ＝ｘ．＿＿ｃｌａｓｓ＿＿",
    "full-width call": "ｘ＝exec（ｇ）",
    "LaTeX command": r"x = x - \write18{ls}",
    "LaTeX definition": r"x = \def\x{\x\x}\x",
    "LaTeX that never closes": "x = " + r"\frac{" * 90,
    "many roots": "x = " + "√(" * 150 + "g",
    "many small functions": "x = " + "ln(" * 150,
    "long chain of names": "x = " + "xy" * 150 + "q",
    "loop without an update": "for i in range(9):\n    print(i)",
    "loop that calls": "for i in range(9):\n    x = x - g\n    system('ls')",
    "loop with a condition": "for i in range(9):\n    if i > 3:\n        x = x - g",
    "loop that imports a name": "for i in range(9):\n    x = __import__('os').system('ls')",
    "chain of methods": "x" + ".add_(g)" * 400 + "!",
    "loop of loops": "for i in " + "in " * 1000 + ":\n x = x.y",
    "a million comments": "# x\n" * 250_000,
    "assigned index": "x[0] = 1",
    "unpacking": "a, b = g; x = a",
    "chained assignment": "x = m = g",
    "assignment inside": "x = (m = g)",
    "assigned number": "3 = x",
    "assigned sum": "x + 1 = g",
    "assigned call": "sin(x) = x",
    "modulo": "x = g % 2",
    "floor division": "x = g // 2",
    "matrix product": "x = g @ g",
    "bits": "x = g & 1",
    "shift": "x = 1 << 99999",
    "ellipsis": "x = ...",
    "await": "x = await g",
    "yield": "x = yield",
    "global": "global x",
    "del": "del x",
    "backslash": "x = g \\\n - 1",
    "unbalanced": "x = (g",
    "unbalanced the other way": "x = g)",
    "unbalanced bar": "x = |g",
    "crossed brackets": "x = (|g)|",
    "two operators": "x = g * / 2",
    "three signs": "x = g - - - 2",
    "missing operator": "x = 2 g",
    "two numbers": "x = 1 2",
    "two points": "x = 1..2",
    "nothing": "",
    "spaces": "   \n  ;; ",
    "no assignment": "x - lr*g",
    "nothing assigned": "x =",
    "nothing to assign to": "= g",
    "x never assigned": "m = g",
}  # fmt: skip


class Watch:
    """Notes what Python is asked to do while it is on."""

    def __init__(self):
        self.on, self.seen = False, []
        sys.addaudithook(self.hear)

    def hear(self, event, _details):
        if self.on and event.split(".")[0] in {
            "exec",
            "import",
            "open",
            "os",
            "subprocess",
            "socket",
            "ctypes",
        }:
            self.seen.append(event)


WATCH = Watch()


@pytest.fixture(autouse=True, scope="module")
def tidy():
    """As in the server, the collector has nothing to look through that the parser did not make."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def refused(parse, text):
    """The error of a text. It came soon, and nothing ran."""
    WATCH.seen.clear()
    WATCH.on = True
    begin = time.thread_time()
    try:
        with pytest.raises(FormulaError) as caught:
            parse(text)
    finally:
        took = time.thread_time() - begin
        WATCH.on = False
    assert WATCH.seen == []
    assert took < SOON
    return caught.value


def test_the_watch_hears():
    WATCH.on = True
    exec("1")
    WATCH.on = False
    assert "exec" in WATCH.seen


def test_there_are_at_least_sixty():
    assert len({*HOSTILE.values()}) == len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("parse", [parse_rule, parse_expression])
def test_a_hostile_text_gets_a_sentence(parse, name):
    error = refused(parse, HOSTILE[name])
    assert isinstance(error, ValueError)
    assert str(error) == f"Line {error.line}, column {error.column}: {error.sentence}"
    assert (
        error.sentence[0].isupper()
        or error.sentence[0] in "'="
        or error.sentence.split()[0] in HOSTILE[name]
    )
    assert error.sentence.endswith(".")
    assert 5 < len(error.sentence) < 220
    assert error.sentence.isprintable()
    assert error.line >= 1
    assert error.column >= 1


HOSTILE_PYTHON = [  # past the cleaning and the words: the walk over the tree lets nothing through by itself
    "x.__class__", "().__class__", "lambda: 1", "[g for g in x]", "'a'", "b'a'", "f'{g}'", "1j", "True", "None", "...",
    "x[0]", "(x := 1)", "x if t else g", "x and g", "not x", "~x", "x < g", "x % 2", "x // 2", "x @ g", "x << 1", "{x}",
    "(x, g)", "max(*x)", "clip(x, low=1)", "open(x)", "sin(x)(g)", "(sin)(x).a", "await x", "yield", "x; g", "x = 1", "", "1 +",
    "f.a(x)", "1_0j", "7", "sqrt", "9" * 5000, "x" + "+x" * 300, "-" * 5000 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_PYTHON)
def test_the_walk_takes_only_what_is_on_its_list(text):
    places = tuple(Place(1, at + 1) for at in range(max(1, len(text))))
    refused(lambda text: tree(Source(text, places), GRAMMAR), text)


def test_nothing_is_ever_run():
    """No module of the grammar names what could run a text."""
    for path in Path(ravine.core.formula.__file__).parent.glob("*.py"):
        used = {
            node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
        }
        assert used.isdisjoint(
            {"eval", "exec", "compile", "__import__", "sympify", "globals", "locals"}
        )


WORDS = "x g m lr f grad sin clip ( ) | , = -= + - * / ** ^ 2 0.5 ; e 1e9 ² η β₁ ∇f √ __ . [ ' lambda if _ 10"
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "\0"])
ANYTHING = st.text(max_size=700) | st.lists(PIECES, max_size=120).map("".join)


@given(text=ANYTHING | ANYTHING.map(lambda text: f"x = {text}"))
def test_any_text_is_a_rule_or_a_sentence_and_soon(text):
    for parse in (parse_rule, parse_expression):
        begin = time.thread_time()
        try:
            made = parse(text)
        except FormulaError as error:
            lines = text.replace("\r\n", "\n").split("\n")
            assert 1 <= error.line <= len(lines)
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        else:
            assert parse(made.text) == made
        assert time.thread_time() - begin < 2 * SOON  # twice: it was read twice
