"""Knobs that several rules share, so that one slider can drive them all."""

from typing import Annotated, TypeAlias

from core.knob import Knob
from core.words import N_

LearningRate: TypeAlias = Annotated[float, Knob(r"\eta", 1e-6, 10.0, "fine log", N_("learning rate"))]
Gamma: TypeAlias = Annotated[float, Knob(r"\gamma", 0.0, 0.999, "memory", N_("gamma, the memory"))]
Rho: TypeAlias = Annotated[float, Knob(r"\rho", 0.0, 0.999, "memory", N_("rho, the memory of AdaDelta"))]
Beta1: TypeAlias = Annotated[float, Knob(r"\beta_1", 0.0, 0.999, "memory", N_("beta1, the memory of the gradient"))]
Beta2: TypeAlias = Annotated[float, Knob(r"\beta_2", 0.0, 0.9999, "memory", N_("beta2, the memory of its square"))]
Epsilon: TypeAlias = Annotated[float, Knob(r"\epsilon", 1e-12, 1.0, "log", N_("epsilon"))]
