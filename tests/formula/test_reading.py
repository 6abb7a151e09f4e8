"""Texts that are formulas: what they mean, how they are written, and where the error of one that is none lies."""

import ast
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravine.core.formula import FormulaError, Rule, parse_expression, parse_rule, symbol, writing
from ravine.core.formula.grammar import Binary, Call, Name, Negative, Number
from ravine.core.formula.latex import latex
from ravine.core.formula.tokens import DEEPEST, MOST_OPERATIONS
from ravine.core.formula.writing import written

GOOD_RULES = {
    "x = x - lr*g": "x = x - lr*g",
    "x -= lr*g": "x = x - lr*g",
    "x ← x − η·g": "x = x - lr*g",
    "v = γ*v + η*∇f(x - γ*v)\nx = x - v": "v = gamma*v + lr*grad(x - gamma*v); x = x - v",
    "m = β₁*m + (1 - β₁)*g; x = x - m": "m = beta1*m + (1 - beta1)*g; x = x - m",
    "s = s + g²; x = x - η*g/√(s + ε)": "s = s + g**2; x = x - lr*g/sqrt(s + eps)",
    "m *= beta; m += g; x -= lr*m": "m = m*beta; m = m + g; x = x - lr*m",
    "s /= 2; s **= k; x = s": "s = s/2; s = s**k; x = s",
    "x = x - lr*sign(g)\r\n": "x = x - lr*sign(g)",
    "  x=x-lr*g;;\n\n;": "x = x - lr*g",
    "x = x - lr*g/|g|": "x = x - lr*g/abs(g)",
    "x = x - lr*g/norm(g)": "x = x - lr*g/norm(g)",
    "x = x - |x - |g||*|2|": "x = x - abs(x - abs(g))*abs(2)",
    "x = x - clip(g, -1, 1)": "x = x - clip(g, -1, 1)",
    "x = x - f(x)*g/dot(g, g)": "x = x - f(x)*g/dot(g, g)",
    "x = x - lr*(g + (x*k))": "x = x - lr*(g + x*k)",
    "x = ((((x))))": "x = x",
    "x = x - lr/t**0.5*g": "x = x - lr/t**0.5*g",
    "x = x - (lr/(t**0.5))*g": "x = x - lr/t**0.5*g",
    "x = x - lr/(t*g)": "x = x - lr/(t*g)",
    "x = -x**2": "x = -x**2",
    "x = (-x)**2": "x = (-x)**2",
    "x = 2**-x": "x = 2**-x",
    "x = 2**x**k": "x = 2**x**k",
    "x = (2**x)**k": "x = (2**x)**k",
    "x = x - -g": "x = x - -g",
    "x = +x": "x = x",
    "x = x - (g - k)": "x = x - (g - k)",
    "x = x - g - k": "x = x - g - k",
    "x = 1e-8 + .5 + 2. + 007 + 1E3": "x = 1e-08 + 0.5 + 2 + 7 + 1000",
    "x = min(x, g, k) + max(x, 0)": "x = min(x, g, k) + max(x, 0)",
    "x = pi*e*x": "x = pi*e*x",
    "x = x·g×2÷k": "x = x*g*2/k",
    "x = x¹⁰ + x⁻²": "x = x**10 + x**-2",
    "lr = 0.1/t; x = x - lr*g": "lr = 0.1/t; x = x - lr*g",
    "x = x - mean(g)*sum(x)": "x = x - mean(g)*sum(x)",
    "a_b2 = g; x = x - a_b2": "a_b2 = g; x = x - a_b2",
}  # fmt: skip
GOOD_EXPRESSIONS = {
    "x^2 + 10 y^2": "x**2 + 10*y**2",
    "sin(3x) exp(-y^2)": "sin(3*x)*exp(-y**2)",
    "|x| + y^4": "abs(x) + y**4",
    "2|x||y|": "2*abs(x)*abs(y)",
    "xy": "x*y",
    "x y": "x*y",
    "3xy²": "3*x*y**2",
    "(x+1)(y-1)": "(x + 1)*(y - 1)",
    "x(y+1)": "x*(y + 1)",
    "2(x+y)": "2*(x + y)",
    "2πx": "2*pi*x",
    "2e x": "2*e*x",
    "x sin(y)": "x*sin(y)",
    "sin(x)cos(y)": "sin(x)*cos(y)",
    "x₁^2 + x2^2": "x**2 + y**2",
    "1/2x": "1/2*x",
    "2^3x": "2**3*x",
    "e^(-x^2-y^2)": "e**(-x**2 - y**2)",
    "e^-x^2": "e**-x**2",
    "-x^2": "-x**2",
    "7": "7",
    "x": "x",
}


@pytest.mark.parametrize("text", GOOD_RULES)
def test_a_rule_is_written_in_one_way(text):
    rule = parse_rule(text)
    assert rule.text == GOOD_RULES[text]
    assert parse_rule(rule.text) == rule


@pytest.mark.parametrize("text", GOOD_EXPRESSIONS)
def test_an_expression_is_written_in_one_way(text):
    made = parse_expression(text)
    assert made.text == GOOD_EXPRESSIONS[text]
    assert parse_expression(made.text) == made


def test_a_rule_knows_its_names():
    rule = parse_rule(
        "m = beta1*m + (1 - beta1)*g\ns = beta2*s + k\nx = x - lr*m/(sqrt(s) + eps*beta1)"
    )
    assert rule.state == ("m", "s")
    assert rule.knobs == ("beta1", "beta2", "k", "lr", "eps")
    assert rule.uses == ("grad",)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("x = x - k", ()),
        ("x = x - g", ("grad",)),
        ("x = x - grad(x)", ("grad",)),
        ("x = x*f(x)", ("f",)),
        ("x = x - g/f(x)", ("f", "grad")),
    ],
)
def test_a_rule_knows_what_it_asks_of_the_surface(text, uses):
    assert parse_rule(text).uses == uses


def test_equal_operations_are_done_once():
    once = parse_rule("x = x - sin(g*k)")
    twice = parse_rule("a = sin(g*k); b = sin(g*k); x = x - sin(g*k)")
    assert len(twice.tape.code) == len(once.tape.code) == 4
    assert parse_rule("x = x - grad(x)").tape.code == parse_rule("x = x - g").tape.code


def test_constants_are_computed_beforehand():
    assert parse_expression("x + 2*3^2 - sin(0)").tape.numbers == (18.0, 0.0)
    assert parse_expression("x + 1e-8*1e8").tape.numbers == (1.0,)
    assert len(parse_expression("x + 2*pi*e^2").tape.code) == 1


PLACES = [
    ("x = x - $", 1, 9),
    ("m = g\nx = x - 2 g", 2, 11),
    ("m = g\n\nx = x - m)", 3, 10),
    ("m = g; x = (x", 1, 12),
    ("m = g;\n  x = x *", 2, 10),
    ("m = g;\n  y = x -   \nx = m", 2, 10),
    ("x = x - sin(g, g)", 1, 9),
    ("x = x - η·9**9**9", 1, 11),
    ("x = β₁*g*ⅹ", 1, 10),
    ("x = β₁*β₂*(ρ*", 1, 14),
    ("x = x; g = 2", 1, 8),
    ("x = x - sqrt(1 - 2)", 1, 9),
    ("x = x - 1/0", 1, 9),
    ("m = g\r\nx = x + sin", 2, 9),
    ("x = x - g²^3", 1, 10),
    ("x = x\n" * 21, 21, 1),
    ("x = " + "g" * 700, 1, 601),
    ("x = x\n" + "y = 1\n" * 200, 101, 1),
    ("x = " + "k*" * 101 + "k\nx = x", 1, 4 + 2 * 101),
]


@pytest.mark.parametrize(("text", "line", "column"), PLACES)
def test_an_error_points_at_its_place(text, line, column):
    with pytest.raises(FormulaError) as caught:
        parse_rule(text)
    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = m(1)", "m is no function; the functions are sqrt, abs, exp, log"),
        ("x = sin", r"sin is a function: write sin\(\.\.\.\)"),
        ("x = x - clip(g, 1)", "clip takes 3 arguments, not 2"),
        ("x = x - max(g)", "max takes 2 to 4 arguments, not 1"),
        ("x = lambda", "lambda is a word of Python"),
        ("g = 1", "g is given and cannot be assigned"),
        ("m = g", "A rule must say what x becomes"),
        ("x = x[0]", r"'\[' has no meaning here; a formula has letters, digits, spaces and \+ - "),
        ("x = x - \u202eg", r"U\+202E has no meaning"),
        ("x = a__b", "single underscores"),
        ("x = " + "(" * (DEEPEST + 1), f"more than {DEEPEST} deep"),
        ("x = x" + "+g" * (MOST_OPERATIONS + 1), f"more than {MOST_OPERATIONS} operations"),
    ],
)
def test_an_error_says_what_is_allowed(text, said):
    with pytest.raises(FormulaError, match=said):
        parse_rule(text)


def test_an_expression_knows_only_its_names():
    with pytest.raises(
        FormulaError, match="column 5: a is unknown; the names are x, y, x1, x2, pi, e"
    ):
        parse_expression("x + a")
    with pytest.raises(FormulaError, match="g is unknown"):
        parse_expression("g")
    assert parse_expression("u v", {"u": "u", "v": "v"}).text == "u*v"


def test_a_text_that_grows_beyond_the_limit_when_written_out_is_refused():
    with pytest.raises(FormulaError, match="Written out, the text is longer"):
        parse_rule("\n".join(f"a{k}=" + "+".join(["k²"] * 12) for k in range(10)) + "\nx=x")


names = st.sampled_from(["x", "g", "t", "m", "s", "k", "lr", "beta1", "pi"]).map(Name)
numbers = st.sampled_from([0.5, 1.0, 2.0, 3.0, 1e-8, 0.1, 1e20]).map(Number)
trees = st.recursive(
    names | numbers,
    lambda inner: (
        st.builds(Negative, inner)
        | st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner)
        | st.builds(
            lambda name, one: Call(name, (one,)),
            st.sampled_from(["sin", "abs", "f", "grad", "norm"]),
            inner,
        )
        | st.builds(lambda one, two: Call("max", (one, two)), inner, inner)
    ),
    max_leaves=12,
)


@given(one=trees, two=trees)
def test_what_is_written_reads_back_as_the_same_rule(one, two):
    text = f"m = {written(one)}; x = {written(two)}"
    try:
        rule = parse_rule(text)
    except FormulaError as error:
        assert "finite" in error.sentence
        return
    assert rule.text == text
    assert parse_rule(rule.text) == rule
    assert isinstance(hash(rule), int)


@given(one=trees)
def test_what_is_written_is_what_python_reads(one):
    """Brackets, signs and powers bind as in Python, whose own parser is asked."""

    def nested(node):
        match node:
            case ast.BinOp(left, op, right):
                sign = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Pow": "**"}[
                    type(op).__name__
                ]
                return Binary(sign, nested(left), nested(right))
            case ast.UnaryOp(_, inner):
                return Negative(nested(inner))
            case ast.Call(function, arguments):
                return Call(function.id, tuple(map(nested, arguments)))
            case ast.Name(name):
                return Name(name)
            case ast.Constant(value):
                return Number(float(value))

    assert nested(ast.parse(written(one), mode="eval").body) == one


COMMANDS = [r"\left", r"\right", r"\frac", r"\sqrt", r"\cdot", r"\,", r"\nabla", r"\leftarrow", r"\mathrm", r"\hat", r"\bar", r"\tilde", r"\exp", r"\log", r"\sin", r"\cos", r"\tan", r"\tanh", r"\sinh", r"\cosh", r"\arcsin", r"\arccos", r"\arctan", r"\min", r"\max", r"\langle", r"\rangle", r"\|", r"\eta", r"\epsilon", r"\lambda", r"\ast", r"\alpha", r"\beta", r"\gamma", r"\delta", r"\zeta", r"\theta", r"\kappa", r"\mu", r"\nu", r"\xi", r"\pi", r"\rho", r"\sigma", r"\tau", r"\phi", r"\chi", r"\psi", r"\omega"]  # fmt: skip


def commands_in(text):
    return {*re.findall(r"\\(?:[A-Za-z]+|.)", text)}


def balanced(text):
    return text.count("{") == text.count("}") and text.count(r"\left") - text.count(
        r"\leftarrow"
    ) == text.count(r"\right")


@given(one=trees)
def test_latex_has_only_commands_of_the_list(one):
    shown = latex(one)
    assert commands_in(shown) <= {*COMMANDS}
    assert balanced(shown)
    assert "**" not in shown


@pytest.mark.parametrize("text", GOOD_RULES)
def test_the_latex_of_a_rule(text):
    rule = parse_rule(text)
    assert len(rule.latex) == rule.text.count(";") + 1
    assert commands_in(" ".join(rule.latex)) <= {*COMMANDS}
    assert all(balanced(line) for line in rule.latex)
    assert [knob for knob in rule.knobs if symbol(knob) not in rule.formula] == []
    assert [name for name in rule.state if symbol(name) not in rule.formula] == []
    assert rule.formula.startswith(r"\begin{aligned}")
    assert rule.formula.count(r"&\leftarrow") == len(rule.latex)


@given(name=st.from_regex(r"\A[a-zA-Z][a-zA-Z0-9]{0,5}(_[a-zA-Z0-9]{1,5})?\Z"))
def test_a_symbol_has_only_commands_of_the_list(name):
    assert commands_in(symbol(name)) <= {*COMMANDS}
    assert balanced(symbol(name))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x = x - lr*g/(sqrt(s) + eps)", r"x \leftarrow x - \frac{\eta\,g}{\sqrt{s} + \epsilon}"),
        ("x = (x + g)**2*k", r"x \leftarrow \left(x + g\right)^{2}\,k"),
        ("x = -x**2", r"x \leftarrow -x^{2}"),
        ("x = x - (g - k)", r"x \leftarrow x - \left(g - k\right)"),
        ("x = x - -g*2*3", r"x \leftarrow x - -g \cdot 2 \cdot 3"),
        ("x = x*-g", r"x \leftarrow x\,\left(-g\right)"),
        ("x = sin(x)**2", r"x \leftarrow \left(\sin\left(x\right)\right)^{2}"),
        ("x = |x|**1e-8", r"x \leftarrow \left|x\right|^{10^{-8}}"),
        ("x = x/norm(grad(x))", r"x \leftarrow \frac{x}{\left\|\nabla f\left(x\right)\right\|}"),
        ("m_hat = g; x = m_hat*2.5e-7", r"\hat{m} \leftarrow g"),
        ("x = beta1**t*speed", r"x \leftarrow \beta_1^{t}\,\mathrm{speed}"),
        ("x = f_star**2*x", r"x \leftarrow \left(f^\ast\right)^{2}\,x"),
    ],
)
def test_how_a_line_is_shown(text, shown):
    assert parse_rule(text).latex[0] == shown


def test_rules_are_equal_by_what_they_say():
    assert parse_rule("x -= lr*g") == parse_rule("x = x - (lr*g)")
    assert parse_rule("x -= lr*g") != parse_rule("x += lr*g")
    assert isinstance(parse_rule("x=g"), Rule)
    assert np.array_equal(parse_rule("x=g").arrays().code, parse_rule("x = grad(x)").arrays().code)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (
            "sides",
            lambda sign: (writing.STRENGTH[sign], writing.STRENGTH[sign] + 1),
        ),  # ** from the left
        (
            "sides",
            lambda sign: (writing.STRENGTH[sign], writing.STRENGTH[sign]),
        ),  # a - (b - c) without brackets
        ("MINUS", 5),  # -x**2 is (-x)**2
    ],
)
def test_a_fault_in_how_tightly_operators_bind_is_caught(name, wrong, monkeypatch):
    monkeypatch.setattr(writing, name, wrong)
    with pytest.raises(AssertionError):
        every_good_rule()


def every_good_rule():
    for text in GOOD_RULES:
        test_a_rule_is_written_in_one_way(text)
