"""A corpus of notations: what people write for a function, and what each comes to, by Python's own arithmetic."""

import math
import warnings
from math import (
    acos,
    asin,
    atan,
    cos,
    cosh,
    e,
    exp,
    log,
    log2,
    log10,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

import jax
import numpy as np
import pytest

from ravine.core.formula import FormulaError, parse_expression
from ravine.experiments import frameworks
from surfaces import typed
from tests.formula.rolling import ground
from tests.formula.test_reading import COMMANDS, balanced, commands_in

PLACES = np.array([[0.3, 0.7], [0.9, 0.2], [0.5, 0.5], [0.11, 0.93], [0.62, 0.35]])
VALUES = {
    # full-width, from a Chinese keyboard
    "（ｘ＋１）＊ｙ": lambda x, y: (x + 1) * y,
    "ｘ^２＋１０ｙ^２": lambda x, y: x**2 + 10 * y**2,
    "（x－１）／２": lambda x, y: (x - 1) / 2,
    "ｓｉｎ（３ｘ）ｅｘｐ（－ｙ^２）": lambda x, y: sin(3 * x) * exp(-(y**2)),
    "ｍａｘ（ｘ，ｙ）": lambda x, y: max(x, y),
    "｜ｘ－ｙ｜": lambda x, y: abs(x - y),
    "ｆ（ｘ，ｙ）＝ｘ＋ｙ": lambda x, y: x + y,
    "x＾２　＋　y＾２": lambda x, y: x**2 + y**2,
    "０．５ｘ": lambda x, y: 0.5 * x,
    "［ｘ－ｙ］＊＊２": lambda x, y: (x - y) ** 2,
    "x²＋y²；": lambda x, y: x**2 + y**2,
    # functions by the names that they have elsewhere
    "ln x": lambda x, y: log(x),
    "ln(x y)": lambda x, y: log(x * y),
    "lnx+lny": lambda x, y: log(x) + log(y),
    "log10(x)": lambda x, y: log10(x),
    "log2(x+y)": lambda x, y: log2(x + y),
    "log_2(x)": lambda x, y: log2(x),
    "log₂(x)": lambda x, y: log2(x),
    "log_10(x)": lambda x, y: log10(x),
    "lg(x)": lambda x, y: log10(x),
    "sinh(x)": lambda x, y: sinh(x),
    "cosh(x-y)": lambda x, y: cosh(x - y),
    "tanh(x)": lambda x, y: tanh(x),
    "asin(x)": lambda x, y: asin(x),
    "arcsin(x)": lambda x, y: asin(x),
    "acos(y)": lambda x, y: acos(y),
    "arccos(y)": lambda x, y: acos(y),
    "atan(x/y)": lambda x, y: atan(x / y),
    "arctan(x)": lambda x, y: atan(x),
    "tg(x)": lambda x, y: tan(x),
    "sigmoid(x)": lambda x, y: 1 / (1 + exp(-x)),
    "logistic(x - y)": lambda x, y: 1 / (1 + exp(y - x)),
    "relu(x-y)": lambda x, y: max(x - y, 0.0),
    "ReLU(x-0.4)": lambda x, y: max(x - 0.4, 0.0),
    "softplus(3x)": lambda x, y: log(1 + exp(3 * x)),
    "pow(x,2)": lambda x, y: x * x,
    "power(x, 3)": lambda x, y: x**3,
    "square(x-y)": lambda x, y: (x - y) ** 2,
    "hypot(x, y)": lambda x, y: math.hypot(x, y),
    "log1p(x)": lambda x, y: math.log1p(x),
    "expm1(x)": lambda x, y: math.expm1(x),
    "sec(x)": lambda x, y: 1 / cos(x),
    "cot(x)": lambda x, y: 1 / tan(x),
    "maximum(x, y)": lambda x, y: max(x, y),
    "minimum(x, y)": lambda x, y: min(x, y),
    "clamp(x, 0.4, 0.6)": lambda x, y: min(max(x, 0.4), 0.6),
    "sgn(x-y)": lambda x, y: (x > y) - (x < y),
    "fabs(x-1)": lambda x, y: abs(x - 1),
    "Sin(x)": lambda x, y: sin(x),
    "EXP(x)": lambda x, y: exp(x),
    # powers and arguments of functions
    "sin^2(x)": lambda x, y: sin(x) ** 2,
    "sin²(x)": lambda x, y: sin(x) ** 2,
    "sin^2 x + cos^2 x": lambda x, y: 1.0,
    "cos^3(2x)": lambda x, y: cos(2 * x) ** 3,
    "3sin^2(x)cos^2(y)": lambda x, y: 3 * sin(x) ** 2 * cos(y) ** 2,
    "sin^{-1}(x)": lambda x, y: asin(x),
    "cos⁻¹(x)": lambda x, y: acos(x),
    "tan^-1(x)": lambda x, y: atan(x),
    "sin x": lambda x, y: sin(x),
    "sin x + cos y": lambda x, y: sin(x) + cos(y),
    "sin x cos y": lambda x, y: sin(x) * cos(y),
    "sin 2x": lambda x, y: sin(2 * x),
    "cos 2πx": lambda x, y: cos(2 * pi * x),
    "exp -x^2": lambda x, y: exp(-(x**2)),
    "sin x^2": lambda x, y: sin(x**2),
    "sinx": lambda x, y: sin(x),
    "2sinx": lambda x, y: 2 * sin(x),
    "sinh x - 1": lambda x, y: sinh(x) - 1,
    "sin(sin x)": lambda x, y: sin(sin(x)),
    "sqrt x": lambda x, y: sqrt(x),
    "√x": lambda x, y: sqrt(x),
    "√2x": lambda x, y: sqrt(2) * x,
    "2√x": lambda x, y: 2 * sqrt(x),
    "x√y": lambda x, y: x * sqrt(y),
    "√(x²+y²)": lambda x, y: math.hypot(x, y),
    "abs x": lambda x, y: abs(x),
    # fractions and decimal commas
    "½": lambda x, y: 0.5,
    "½x²": lambda x, y: 0.5 * x * x,
    "¼x+¾y": lambda x, y: 0.25 * x + 0.75 * y,
    "⅓(x+y)": lambda x, y: (x + y) / 3,
    "x^½": lambda x, y: sqrt(x),
    "0,5x^2": lambda x, y: 0.5 * x * x,
    "1,5*x + 2,25*y": lambda x, y: 1.5 * x + 2.25 * y,
    "sin(0,5x)": lambda x, y: sin(0.5 * x),
    "(x+0,5)^2": lambda x, y: (x + 0.5) ** 2,
    "max(0,5x)": lambda x, y: max(0, 5 * x),
    "0，5x": lambda x, y: 0.5 * x,
    # coordinates
    "x_1^2": lambda x, y: x * x,
    "x_1 + 3x_2": lambda x, y: x + 3 * y,
    "x1^2+x2^2": lambda x, y: x * x + y * y,
    "3x1x2": lambda x, y: 3 * x * y,
    "x1x2": lambda x, y: x * y,
    "x₁² - x₂²": lambda x, y: x * x - y * y,
    "x_{1}^{2}+x_{2}": lambda x, y: x * x + y,
    "x[0]**2": lambda x, y: x * x,
    "x[0]**2 + 10*x[1]**2": lambda x, y: x * x + 10 * y * y,
    "x[1] - x[2]": lambda x, y: x - y,
    "x0 + 2*x1": lambda x, y: x + 2 * y,
    "x_0 x_1": lambda x, y: x * y,
    "X": lambda x, y: x,
    "X^2 + 2Y": lambda x, y: x * x + 2 * y,
    "XY": lambda x, y: x * y,
    "w1^2 + w2": lambda x, y: x * x + y,
    "w[0]*w[1]": lambda x, y: x * y,
    "θ₁² + θ₂": lambda x, y: x * x + y,
    "theta_1 - theta_2": lambda x, y: x - y,
    # products without a sign
    "xexp(-x^2-y^2)": lambda x, y: x * exp(-x * x - y * y),
    "xsin(y)": lambda x, y: x * sin(y),
    "cos(2pix)": lambda x, y: cos(2 * pi * x),
    "cos(2 pi x) cos(2 pi y)": lambda x, y: cos(2 * pi * x) * cos(2 * pi * y),
    "pixy": lambda x, y: pi * x * y,
    "xe^(-y)": lambda x, y: x * exp(-y),
    "2xy(x+y)": lambda x, y: 2 * x * y * (x + y),
    "(x+1)(y-1)": lambda x, y: (x + 1) * (y - 1),
    "x(y+1)": lambda x, y: x * (y + 1),
    "|x||y|": lambda x, y: abs(x) * abs(y),
    "2|x-y|": lambda x, y: 2 * abs(x - y),
    "||x|-1|": lambda x, y: abs(abs(x) - 1),
    "|x|-|y|": lambda x, y: abs(x) - abs(y),
    # what the function is called
    "f(x,y)=x^2+y^2": lambda x, y: x * x + y * y,
    "f(x, y) = x - y": lambda x, y: x - y,
    "z = x*y": lambda x, y: x * y,
    "z=x+y": lambda x, y: x + y,
    "f = x + 1": lambda x, y: x + 1,
    "f(x) = x_1 + 2x_2": lambda x, y: x + 2 * y,
    "J(w) = w1 + w2^2": lambda x, y: x + y * y,
    "f(x,y) := x": lambda x, y: x,
    "f = lambda x, y: x**2 - y": lambda x, y: x * x - y,
    "lambda x: x[0] - x[1]": lambda x, y: x - y,
    "return x**2 + y**2": lambda x, y: x * x + y * y,
    # LaTeX
    r"\frac{1}{2}x^2": lambda x, y: x * x / 2,
    r"\frac12x^2": lambda x, y: x * x / 2,
    r"\dfrac{x}{1+y}": lambda x, y: x / (1 + y),
    r"\frac{\frac{x}{2}}{y+1}": lambda x, y: x / 2 / (y + 1),
    r"x^{2}+y^{2}": lambda x, y: x * x + y * y,
    r"x^{y+1}": lambda x, y: x ** (y + 1),
    r"e^{-x^2-y^2}": lambda x, y: exp(-x * x - y * y),
    r"\sqrt{x^2+y^2}": lambda x, y: math.hypot(x, y),
    r"\sqrt x": lambda x, y: sqrt(x),
    r"\sin(x)\cos(y)": lambda x, y: sin(x) * cos(y),
    r"\sin x + \cos{y}": lambda x, y: sin(x) + cos(y),
    r"\sin^{2}(x)": lambda x, y: sin(x) ** 2,
    r"\ln(x) + \log(y)": lambda x, y: log(x) + log(y),
    r"\left(x - 1\right)^{2}": lambda x, y: (x - 1) ** 2,
    r"\left|x-y\right|": lambda x, y: abs(x - y),
    r"2\pi x": lambda x, y: 2 * pi * x,
    r"\cos\left(2\pi x\right)": lambda x, y: cos(2 * pi * x),
    r"x \cdot y \times 2": lambda x, y: 2 * x * y,
    r"x\,y": lambda x, y: x * y,
    r"\max(x, y)": lambda x, y: max(x, y),
    r"\mathrm{sigmoid}(x)": lambda x, y: 1 / (1 + exp(-x)),
    r"$x^2+y^2$": lambda x, y: x * x + y * y,
    r"$$\frac{x}{2}$$": lambda x, y: x / 2,
    r"\(x + y\)": lambda x, y: x + y,
    r"f(x, y) = \frac{x}{2}": lambda x, y: x / 2,
    r"100(x_2 - x_1^2)^2 + (1-x_1)^2": lambda x, y: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
    # libraries
    "np.sin(x)": lambda x, y: sin(x),
    "numpy.exp(-x**2)": lambda x, y: exp(-x * x),
    "math.sqrt(x) + math.pi": lambda x, y: sqrt(x) + pi,
    "torch.cos(x)*torch.exp(y)": lambda x, y: cos(x) * exp(y),
    "jnp.tanh(x)": lambda x, y: tanh(x),
    "np.power(x, 2) + np.square(y)": lambda x, y: x * x + y * y,
    "np.maximum(x, y)": lambda x, y: max(x, y),
    "F.relu(x - y)": lambda x, y: max(x - y, 0),
    "torch.nn.functional.softplus(x)": lambda x, y: log(1 + exp(x)),
    "jax.nn.sigmoid(x)": lambda x, y: 1 / (1 + exp(-x)),
    "np.abs(x) + np.e": lambda x, y: abs(x) + e,
    "Math.pow(x, 2)": lambda x, y: x * x,
    "x.^2 + y.^2": lambda x, y: x * x + y * y,
    "x.*y./2": lambda x, y: x * y / 2,
    "2.*x": lambda x, y: 2 * x,
    # rows, tabs, comments, signs
    "x^2 +\n  y^2": lambda x, y: x * x + y * y,
    "x^2\n  - y^2": lambda x, y: x * x - y * y,
    "(x\n + y)": lambda x, y: x + y,
    "x\t+\ty": lambda x, y: x + y,
    "x**2 + y**2  # a bowl": lambda x, y: x * x + y * y,
    "# a bowl\nx**2": lambda x, y: x * x,
    "--x": lambda x, y: x,
    "x - -y": lambda x, y: x + y,
    "+x": lambda x, y: x,
    "−x² – y": lambda x, y: -x * x - y,
    "x•y": lambda x, y: x * y,
    "x ⁄ 2": lambda x, y: x / 2,
    "2^-x": lambda x, y: 2**-x,
    "x^-2": lambda x, y: x**-2,
    "e^-x^2": lambda x, y: exp(-x * x),
    "-x^2": lambda x, y: -x * x,
    "1/2x": lambda x, y: x / 2,
}  # fmt: skip
TWO_WAYS = {  # what can be read in two ways, or needs another word: the sentence has the way out
    "sin x/2": r"Put brackets around what sin is taken of: sin\(\.\.\.\)",
    "sin 2*x": "Put brackets around what sin",
    "ln x(y+1)": "Put brackets around what log",
    "√x^2": "Put brackets around what sqrt",
    "exp^-1(x)": r"exp\^-1 can be read in two ways: write 1/exp\(\.\.\.\)",
    "2½x": "as a decimal number",
    "x[0] + x[2]": "There are two coordinates, not one with the number 2",
    "x3": "There are two coordinates, not one with the number 3",
    "||x||": r"write \|x\|, or sqrt\(x\^2 \+ y\^2\) for the length",
    "‖x‖": "A length needs a point",
    "norm(x)": "A length needs a point",
    "np.linalg.norm(x)": "A length needs a point",
    "x2y": "x2y is unknown",
    r"\int_0^x y": r"\\int is no part of a formula here; write it without LaTeX",
    r"\sqrt[3]{x}": "is no part of a formula here",
    r"\frac{x}{y": "This bracket is not closed",
    r"x^{2}}": "This bracket was not opened",
    "x^2\ny^2": "more than 1 lines",
    "(1,2)x": "A comma stands only",
    "f(x,y) =": "Type an expression",
    "x = y": "has no place inside an expression",
}  # fmt: skip


def test_there_are_as_many_as_there_should_be():
    assert len(VALUES) >= 150


@pytest.mark.parametrize("text", VALUES)
def test_a_notation_means_what_is_written_beside_it(text):
    made, meant = parse_expression(text), VALUES[text]
    theirs = [meant(*map(float, place)) for place in PLACES]
    for written in (text, made.text):
        mine = jax.vmap(ground(written))(PLACES)
        np.testing.assert_allclose(mine, theirs, rtol=1e-13, atol=1e-14, err_msg=made.text)
    assert parse_expression(made.text) == made
    assert commands_in(made.latex) <= {*COMMANDS}
    assert balanced(made.latex)


@pytest.mark.parametrize("text", VALUES)
def test_the_script_of_a_notation_says_the_same(text):
    """In NumPy's words, as it stands in a script of a framework."""
    names = {name: getattr(np, name) for name in frameworks.FUNCTIONS}
    names |= {"max": max, "min": min, "clip": lambda value, low, high: min(max(value, low), high)}
    names |= {"sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus}
    coded = [eval(typed(text).code, names | {"x1": x, "x2": y}) for x, y in PLACES]
    np.testing.assert_allclose(
        coded, [VALUES[text](float(x), float(y)) for x, y in PLACES], rtol=1e-12, atol=1e-13
    )


@pytest.mark.parametrize("text", TWO_WAYS)
def test_what_is_not_clear_is_refused_with_the_way_out(text):
    with pytest.raises(FormulaError, match=TWO_WAYS[text]):
        parse_expression(text)


DERIVATIVES = {
    "asin(x)": (lambda x: 1 / sqrt(1 - x * x), lambda x: x / (1 - x * x) ** 1.5),
    "acos(x)": (lambda x: -1 / sqrt(1 - x * x), lambda x: -x / (1 - x * x) ** 1.5),
    "atan(x)": (lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
    "sinh(x)": (cosh, sinh),
    "cosh(x)": (sinh, cosh),
    "sigmoid(x)": (
        lambda x: exp(-x) / (1 + exp(-x)) ** 2,
        lambda x: exp(-x) * (exp(-x) - 1) / (1 + exp(-x)) ** 3,
    ),
    "softplus(x)": (lambda x: 1 / (1 + exp(-x)), lambda x: exp(-x) / (1 + exp(-x)) ** 2),
    "log10(x)": (lambda x: 1 / (x * log(10)), lambda x: -1 / (x * x * log(10))),
    "log2(x)": (lambda x: 1 / (x * log(2)), lambda x: -1 / (x * x * log(2))),
}


@pytest.mark.parametrize("text", DERIVATIVES)
def test_the_derivatives_of_a_new_function(text):
    slope, bend = DERIVATIVES[text]
    f = ground(text)
    for x in (0.1, 0.35, 0.8):
        place = np.array([x, 0.5])
        np.testing.assert_allclose(jax.grad(f)(place), [slope(x), 0.0], rtol=1e-12)
        np.testing.assert_allclose(
            jax.hessian(f)(place), [[bend(x), 0.0], [0.0, 0.0]], rtol=1e-12, atol=1e-15
        )


@pytest.mark.parametrize("x", [-800.0, 800.0])
def test_what_saturates_stays_a_number(x):
    for text in ("sigmoid(x)", "softplus(x)", "relu(x)"):
        f = ground(text)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.isfinite(f(np.array([x, 0.0])))
            assert np.isfinite(jax.grad(f)(np.array([x, 0.0]))).all()
