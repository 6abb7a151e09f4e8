from typing import ClassVar

import jax.numpy as jnp

from optim._knobs import WeightDecay
from optim._optimizer import Call
from optim.adam import Adam, KerasAdam, State
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class AdamW(Adam):
    r"""Adam, and beside it a pull to 0 that no average ever sees (Loshchilov, Hutter, 2019,
    Algorithm 2).

    The pull is lr wd x, as everyone but the paper has it. With wd = 0 it is Adam.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -4.0]), AdamW(lr=0.5, wd=0.1)
    >>> x, _ = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [round(float(c), 6) for c in x]  # Adam's 2.5 and -3.5, and 0.05 of the old point less
    [2.35, -3.3]
    """

    title: ClassVar = N_("AdamW")
    idea: ClassVar = N_(
        "Adam that also pulls every coordinate a little towards 0, whatever the slope is."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 50
    look: ClassVar = "x"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow (1 - \eta\lambda)\, x - \eta\, \hat m / (\sqrt{\hat v} + "
        r"\epsilon)\end{aligned}"
    )
    paper: ClassVar = (
        "I. Loshchilov, F. Hutter, 2019. Decoupled weight decay regularization. arXiv:1711.05101."
    )
    note: ClassVar = N_(
        "Weight decay pulls to the origin: unless the minimum lies there, AdamW comes to rest a "
        "little off it."
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.001}, "optax": {"lr": 0.001, "wd": 0.0001}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.AdamW([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
            "weight_decay={wd})"
        ),
        "optax": Call("optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={wd})"),
    }
    differs: ClassVar = N_(
        "The learning rate multiplies the weight decay; ε is added to the root of the corrected v."
    )

    wd: WeightDecay = 0.01

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        after, state = super().update(f, x, state)
        return after - self.lr * self.wd * x, state

    def stability_limit(self) -> Scalar | float:
        """Adam's, and less by the pull: it shrinks what a step starts from by a factor of 1 - lr
        wd. Where lr wd is 2 or more the pull alone overshoots the origin by as much as it was away,
        and no curvature is stable: the limit is 0.
        """
        return jnp.maximum(2 - self.lr * self.wd, 0.0) * (1 + self.beta1) / (1 - self.beta1)


class PaperAdamW(AdamW):
    r"""AdamW as in Algorithm 2: the pull is wd x, whatever the learning rate. A schedule scales the
    whole step, the pull too.

    >>> import jax.numpy as jnp
    >>> from optim import around, wrappers
    >>> bare = PaperAdamW(lr=0.5, wd=0.1)
    >>> rule = around(bare, wrappers.build("exponential", fall=0.5), steps=2)
    >>> x = jnp.array([3.0, -4.0])
    >>> x, state = rule.update(lambda x: jnp.sum(x), x, rule.init(x))
    >>> [round(float(c), 6) for c in x]  # 0.5 of Adam and a tenth of the old point less
    [2.2, -4.1]
    >>> x, state = rule.update(lambda x: jnp.sum(x), x, state)
    >>> [round(float(c), 6) for c in x]  # half of 0.5, and half of a tenth
    [1.84, -4.145]
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow (1 - \lambda)\, x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    dialects: ClassVar = {"paper": {"lr": 0.001}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.AdamW([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
            "weight_decay={wd} / {lr})"
        ),
        "optax": Call(
            "optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={wd} / {lr})"
        ),
    }
    differs: ClassVar = N_(
        "The weight decay is not multiplied by the learning rate, only by the schedule."
    )
    whole: ClassVar = True  # the schedule is the eta_t of Algorithm 2, which scales all of it

    wd: WeightDecay = 0.00025

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        after, state = Adam.update(self, f, x, state)
        return after - self.wd * x, state

    def stability_limit(self) -> Scalar | float:
        """Adam's, and less by the pull: it shrinks what a step starts from by a factor of 1 -
        wd.
        """
        return (2 - self.wd) * (1 + self.beta1) / (1 - self.beta1)


class KerasAdamW(KerasAdam):
    """AdamW around the Adam of Keras, with epsilon beside the raw root."""

    title: ClassVar = AdamW.title
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"x &\leftarrow (1 - \eta\lambda)\, x - \eta\, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\, "
        r"\frac{m}{\sqrt{v} + \epsilon}\end{aligned}"
    )
    paper: ClassVar = AdamW.paper
    note: ClassVar = AdamW.note
    dialects: ClassVar = {"keras": {"lr": 0.001}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.AdamW({lr}, weight_decay={wd}, beta_1={beta1}, beta_2={beta2}, "
            "epsilon={eps})"
        ),
    }
    differs: ClassVar = N_(
        "ε is added to the root of the average that is not corrected yet (ε-hat)."
    )

    wd: WeightDecay = 0.004

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        after, state = super().update(f, x, state)
        return after - self.lr * self.wd * x, state

    def stability_limit(self) -> Scalar | float:
        """As of AdamW."""
        return jnp.maximum(2 - self.lr * self.wd, 0.0) * (1 + self.beta1) / (1 - self.beta1)
