from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What RAdam remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # moving average of squared gradients
    t: Scalar  # steps taken


class _Rectified(Optimizer):
    """What all forms share: the averages, and how far they can be trusted."""

    title: ClassVar = N_("RAdam")
    paper: ClassVar = (
        "L. Liu et al., 2020. On the variance of the adaptive learning rate and beyond. "
        "arXiv:1908.03265."
    )

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999

    def init(self, x: Vector) -> State:
        return State(m=jnp.zeros_like(x), v=jnp.zeros_like(x), t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        after = State(m, v, t)
        return x - self.rate(state, after) * m / (1 - self.beta1**t), after

    def samples(self, t: Scalar) -> tuple[Scalar, Scalar]:
        """How many gradients the average of squares is worth after `t` steps, rho, and what it is
        worth in the end.
        """
        end, faded = 2 / (1 - self.beta2) - 1, self.beta2**t
        return end - 2 * t * faded / (1 - faded), jnp.asarray(end)

    def rectified(self, t: Scalar) -> Scalar:
        """The factor r by which an average of so few squares is trusted; no number where rho is
        less than 4.
        """
        rho, end = self.samples(t)
        return jnp.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)


class RAdam(_Rectified):
    """Adam that waits: momentum without division, until enough squares are seen to divide by (Liu
    et al., 2020).

    With beta2 = 0.999 the first five steps are lr times the corrected average; the sixth divides,
    and is far shorter or longer. Epsilon stands beside the raw root, as in the authors' program.
    """

    idea: ClassVar = N_(
        "Adam that waits: it divides only when its average of squares can be trusted."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 70
    look: ClassVar = "triangle-right"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\rho_\infty &= \tfrac{2}{1-\beta_2} - 1,\quad \rho = \rho_\infty - \tfrac{2 t "
        r"\beta_2^t}{1-\beta_2^t}\\ "
        r"r &= \sqrt{\tfrac{(\rho-4)(\rho-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho}}\\ "
        r"x &\leftarrow x - \frac{\eta\, m}{1-\beta_1^t} \begin{cases} r \sqrt{1-\beta_2^t} / "
        r"(\sqrt{v} + \epsilon) "
        r"& \rho > 5\\ 1 & \rho \le 5\end{cases}\end{aligned}"
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.001}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.RAdam([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps})")
    }
    differs: ClassVar = N_(
        "It divides once ρ is above 5; ε is added to the root of the uncorrected average (ε-hat)."
    )

    eps: Epsilon = 1e-8

    def rate(self, before: State, after: State) -> Vector:
        scale = jnp.sqrt(1 - self.beta2**after.t) / (jnp.sqrt(after.v) + self.eps)
        return self.lr * jnp.where(
            self.samples(after.t)[0] > 5, self.rectified(after.t) * scale, 1.0
        )


class PaperRAdam(_Rectified):
    """RAdam as in Algorithm 2: it divides as soon as rho is above 4, without epsilon."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\rho_\infty &= \tfrac{2}{1-\beta_2} - 1,\quad \rho = \rho_\infty - \tfrac{2 t "
        r"\beta_2^t}{1-\beta_2^t}\\ "
        r"r &= \sqrt{\tfrac{(\rho-4)(\rho-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho}}\\ "
        r"x &\leftarrow x - \frac{\eta\, m}{1-\beta_1^t} \begin{cases} r \sqrt{(1-\beta_2^t) / v} "
        r"& \rho > 4\\ 1 & \rho \le 4\end{cases}\end{aligned}"
    )
    note: ClassVar = N_(
        "The paper has no ε: a coordinate whose gradient was always 0 is divided 0 by 0, and "
        "the run ends."
    )
    breaks: ClassVar = {
        "rest": "the paper has no epsilon and divides 0 by 0 where every gradient was 0"
    }
    dialects: ClassVar = {"paper": {"lr": 0.001}}
    calls: ClassVar = {
        "optax": Call("optax.radam({lr}, b1={beta1}, b2={beta2}, eps=0.0, threshold=4.0)")
    }
    differs: ClassVar = N_("It divides as soon as ρ is above 4, and there is no ε.")

    def rate(self, before: State, after: State) -> Vector:
        scale = jnp.sqrt((1 - self.beta2**after.t) / after.v)
        return self.lr * jnp.where(
            self.samples(after.t)[0] > 4, self.rectified(after.t) * scale, 1.0
        )


class OptaxRAdam(RAdam):
    """RAdam with epsilon as in Adam's Algorithm 1, beside the root of the corrected average."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\rho_\infty &= \tfrac{2}{1-\beta_2} - 1,\quad \rho = \rho_\infty - \tfrac{2 t "
        r"\beta_2^t}{1-\beta_2^t}\\ "
        r"r &= \sqrt{\tfrac{(\rho-4)(\rho-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho}}\\ "
        r"x &\leftarrow x - \frac{\eta\, m}{1-\beta_1^t} \begin{cases} r / (\sqrt{v / "
        r"(1-\beta_2^t)} + \epsilon) "
        r"& \rho \ge 5\\ 1 & \rho < 5\end{cases}\end{aligned}"
    )
    dialects: ClassVar = {"optax": {"lr": 0.001}}
    calls: ClassVar = {"optax": Call("optax.radam({lr}, b1={beta1}, b2={beta2}, eps={eps})")}
    differs: ClassVar = N_(
        "It divides from ρ = 5 on; ε is added to the root of the corrected average."
    )

    def rate(self, before: State, after: State) -> Vector:
        scale = 1 / (jnp.sqrt(after.v / (1 - self.beta2**after.t)) + self.eps)
        return self.lr * jnp.where(
            self.samples(after.t)[0] >= 5, self.rectified(after.t) * scale, 1.0
        )
