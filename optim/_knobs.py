"""Knobs that several rules share, so that one slider can drive them all."""

from typing import Annotated, TypeAlias

from ravine.core.knob import Knob
from ravine.core.words import N_

LearningRate: TypeAlias = Annotated[
    float, Knob(r"\eta", 1e-6, 10.0, "fine log", N_("learning rate"))
]
Gamma: TypeAlias = Annotated[float, Knob(r"\gamma", 0.0, 0.999, "memory", N_("gamma, the memory"))]
Rho: TypeAlias = Annotated[
    float, Knob(r"\rho", 0.0, 0.999, "memory", N_("rho, the memory of AdaDelta"))
]
Beta1: TypeAlias = Annotated[
    float, Knob(r"\beta_1", 0.0, 0.999, "memory", N_("beta1, the memory of the gradient"))
]
Beta2: TypeAlias = Annotated[
    float, Knob(r"\beta_2", 0.0, 0.9999, "memory", N_("beta2, the memory of its square"))
]
Epsilon: TypeAlias = Annotated[float, Knob(r"\epsilon", 1e-12, 1.0, "log", N_("epsilon"))]
Beta3: TypeAlias = Annotated[
    float, Knob(r"\beta_3", 0.0, 0.9999, "memory", N_("beta3, the third memory"))
]
Inertia: TypeAlias = Annotated[
    float, Knob(r"\mu", 0.0, 0.999, "memory", N_("mu, the memory of the steps"))
]
WeightDecay: TypeAlias = Annotated[
    float, Knob(r"\lambda", 0.0, 1.0, "from zero", N_("weight decay"))
]
Initial: TypeAlias = Annotated[
    float, Knob("s_0", 0.0, 1.0, "from zero", N_("what the squares start from"))
]
InitialV: TypeAlias = Annotated[
    float, Knob("v_0", 0.0, 1.0, "from zero", N_("what the squares start from"))
]
Dampening: TypeAlias = Annotated[
    float, Knob(r"\tau", 0.0, 0.999, "memory", N_("dampening of the gradient"))
]
Psi: TypeAlias = Annotated[
    float, Knob(r"\psi", 0.0, 1.0, "from zero", N_("psi, how the momentum of NAdam warms up"))
]
Nu: TypeAlias = Annotated[
    float, Knob(r"\nu", 0.0, 1.0, "twentieths", N_("nu, the share of the momentum"))
]
StepLength: TypeAlias = Annotated[float, Knob(r"\alpha", 0.0, 1.0, "twentieths", N_("step length"))]
Damping: TypeAlias = Annotated[
    float, Knob(r"\delta", 0.0, 100.0, "from zero", N_("damping of the curvature"))
]
Lowest: TypeAlias = Annotated[
    float, Knob(r"f^\ast", -100.0, 100.0, "linear", N_("f*, known beforehand"), reach=1e300)
]
Shrink: TypeAlias = Annotated[
    float, Knob(r"\eta^-", 0.0, 1.0, "twentieths", N_("shrink after a change of sign"))
]
Grow: TypeAlias = Annotated[
    float, Knob(r"\eta^+", 1.0, 2.0, "twentieths", N_("grow while the sign stays"))
]
Shortest: TypeAlias = Annotated[
    float, Knob(r"\Delta_{\min}", 1e-12, 1.0, "log", N_("the shortest step"))
]
Longest: TypeAlias = Annotated[
    float, Knob(r"\Delta_{\max}", 1e-6, 100.0, "log", N_("the longest step"))
]
