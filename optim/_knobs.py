"""Knobs that several rules share, so that one slider can drive them all."""

from typing import Annotated, TypeAlias

from ravine.core.knob import Knob
from ravine.core.words import N_

LearningRate: TypeAlias = Annotated[
    float,
    Knob(
        r"\eta",
        1e-6,
        10.0,
        "fine log",
        N_("learning rate"),
        idea=N_(
            "How long steps are. "
            "More is faster, until steps overshoot and climb out; less is safe and slow."
        ),
    ),
]
Gamma: TypeAlias = Annotated[
    float,
    Knob(
        r"\gamma",
        0.0,
        0.999,
        "memory",
        N_("gamma, the memory"),
        idea=N_(
            "How much of the past is kept. "
            "More remembers long and changes slowly; less follows the newest slope."
        ),
    ),
]
Rho: TypeAlias = Annotated[
    float,
    Knob(
        r"\rho",
        0.0,
        0.999,
        "memory",
        N_("rho, the memory of AdaDelta"),
        idea=N_(
            "How long sizes are remembered. "
            "More adapts slowly and smoothly; less follows the newest slope."
        ),
    ),
]
Beta1: TypeAlias = Annotated[
    float,
    Knob(
        r"\beta_1",
        0.0,
        0.999,
        "memory",
        N_("beta1, the memory of the gradient"),
        idea=N_(
            "How much the past weighs beside the new slope. "
            "More is smoother and swings further; less turns sooner."
        ),
    ),
]
Beta2: TypeAlias = Annotated[
    float,
    Knob(
        r"\beta_2",
        0.0,
        0.9999,
        "memory",
        N_("beta2, the memory of its square"),
        idea=N_(
            "How long the second average remembers. More keeps steps steady; less adapts at once."
        ),
    ),
]
Epsilon: TypeAlias = Annotated[
    float,
    Knob(
        r"\epsilon",
        1e-12,
        1.0,
        "log",
        N_("epsilon"),
        idea=N_(
            "Keeps the division from exploding on flat ground. "
            "More is felt on steeper ground, too; less only there."
        ),
    ),
]
Beta3: TypeAlias = Annotated[
    float,
    Knob(
        r"\beta_3",
        0.0,
        0.9999,
        "memory",
        N_("beta3, the third memory"),
        idea=N_("How long squares are averaged. More keeps steps steady; less adapts at once."),
    ),
]
Inertia: TypeAlias = Annotated[
    float,
    Knob(
        r"\mu",
        0.0,
        0.999,
        "memory",
        N_("mu, the memory of the steps"),
        idea=N_(
            "How much of the last step is kept. "
            "More rolls on longer and swings further; at 0 nothing is."
        ),
    ),
]
WeightDecay: TypeAlias = Annotated[
    float,
    Knob(
        r"\lambda",
        0.0,
        1.0,
        "from zero",
        N_("weight decay"),
        idea=N_(
            "How hard every coordinate is pulled towards 0. "
            "More ends nearer to 0; at 0 there is no pull."
        ),
    ),
]
Initial: TypeAlias = Annotated[
    float,
    Knob(
        "s_0",
        0.0,
        1.0,
        "from zero",
        N_("what the squares start from"),
        idea=N_("What the sum of squares starts from. More makes the first steps smaller."),
    ),
]
InitialV: TypeAlias = Annotated[
    float,
    Knob(
        "v_0",
        0.0,
        1.0,
        "from zero",
        N_("what the squares start from"),
        idea=N_("What the average of squares starts from. More makes the first steps smaller."),
    ),
]
Dampening: TypeAlias = Annotated[
    float,
    Knob(
        r"\tau",
        0.0,
        0.999,
        "memory",
        N_("dampening of the gradient"),
        idea=N_("What share of a new slope is left out of the momentum. More makes steps smaller."),
    ),
]
Psi: TypeAlias = Annotated[
    float,
    Knob(
        r"\psi",
        0.0,
        1.0,
        "from zero",
        N_("psi, how the momentum of NAdam warms up"),
        idea=N_(
            "How fast the momentum warms up. "
            "More reaches its full strength sooner; at 0 it stays at half."
        ),
    ),
]
Nu: TypeAlias = Annotated[
    float,
    Knob(
        r"\nu",
        0.0,
        1.0,
        "twentieths",
        N_("nu, the share of the momentum"),
        idea=N_(
            "How much of a step is momentum. "
            "At 0 it is plain gradient descent, at 1 all is averaged."
        ),
    ),
]
StepLength: TypeAlias = Annotated[
    float,
    Knob(
        r"\alpha",
        0.0,
        1.0,
        "twentieths",
        N_("step length"),
        idea=N_(
            "What share of the step is taken. At 1 all of it; less goes the same way with care."
        ),
    ),
]
Damping: TypeAlias = Annotated[
    float,
    Knob(
        r"\delta",
        0.0,
        100.0,
        "from zero",
        N_("damping of the curvature"),
        idea=N_(
            "Is added to the curvature. "
            "More is careful, like gradient descent; at 0 it trusts the curvature."
        ),
    ),
]
Lowest: TypeAlias = Annotated[
    float,
    Knob(
        r"f^\ast",
        -100.0,
        100.0,
        "linear",
        N_("f*, known beforehand"),
        reach=1e300,
        idea=N_(
            "The height that is aimed at. "
            "Too low makes steps too long; too high stops above the minimum."
        ),
    ),
]
Shrink: TypeAlias = Annotated[
    float,
    Knob(
        r"\eta^-",
        0.0,
        1.0,
        "twentieths",
        N_("shrink after a change of sign"),
        idea=N_(
            "By how much a step shrinks when the slope turns. "
            "More lets it swing; less stops it sooner."
        ),
    ),
]
Grow: TypeAlias = Annotated[
    float,
    Knob(
        r"\eta^+",
        1.0,
        2.0,
        "twentieths",
        N_("grow while the sign stays"),
        idea=N_(
            "By how much a step grows while the slope keeps its sign. "
            "More speeds up sooner; at 1 never."
        ),
    ),
]
Shortest: TypeAlias = Annotated[
    float,
    Knob(
        r"\Delta_{\min}",
        1e-12,
        1.0,
        "log",
        N_("the shortest step"),
        idea=N_("No step becomes shorter. More leaves it swinging around the minimum."),
    ),
]
Longest: TypeAlias = Annotated[
    float,
    Knob(
        r"\Delta_{\max}",
        1e-6,
        100.0,
        "log",
        N_("the longest step"),
        idea=N_("No step becomes longer. More lets it run further on a long slope."),
    ),
]
