from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What AMSGrad remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # moving average of squared gradients
    u: Vector  # the largest of the averages of squares so far
    t: Scalar  # steps taken


class _Largest(Optimizer):
    """What all forms share: Adam's averages, and the largest of the second, as it is before any
    correction.
    """

    title: ClassVar = N_("AMSGrad")
    paper: ClassVar = (
        "S. J. Reddi, S. Kale, S. Kumar, 2018. On the convergence of Adam and beyond. "
        "arXiv:1904.09237."
    )

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999

    def init(self, x: Vector) -> State:
        return State(
            m=jnp.zeros_like(x), v=jnp.zeros_like(x), u=jnp.zeros_like(x), t=jnp.zeros((), x.dtype)
        )

    def averages(self, f: Height, x: Vector, state: State) -> State:
        """What the rule remembers after a look at the gradient in `x`, shape (n,)."""
        g = jax.grad(f)(x)
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        return State(m, v, jnp.maximum(state.u, v), state.t + 1)

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)


class AMSGrad(_Largest):
    """Adam with the largest average of squares so far, so that it never forgets a steep place
    (Reddi et al., 2018).

    As long as the average of squares grows it is Adam.
    """

    idea: ClassVar = N_(
        "Adam that divides by the largest size so far: its learning rate does not grow again."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 40
    look: ClassVar = "hexagon"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ u &\leftarrow \max(u, v)\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat u = u / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat u} + \epsilon)\end{aligned}"
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.001}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.Adam([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, amsgrad=True)"
        ),
    }
    differs: ClassVar = N_("It takes the largest of the averages as they are, and corrects that.")

    eps: Epsilon = 1e-8

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        state = self.averages(f, x, state)
        m_hat, u_hat = state.m / (1 - self.beta1**state.t), state.u / (1 - self.beta2**state.t)
        return x - self.lr * m_hat / (jnp.sqrt(u_hat) + self.eps), state

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.u / (1 - self.beta2**after.t)) + self.eps)


class PaperAMSGrad(_Largest):
    """AMSGrad as in Algorithm 2: neither correction nor epsilon. It divides 0 by 0 where every
    gradient was 0.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ u &\leftarrow \max(u, v)\\ "
        r"x &\leftarrow x - \eta\, m / \sqrt{u}\end{aligned}"
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
        "optax": Call(
            "optax.amsgrad({lr}, b1={beta1}, b2={beta2}, eps=0.0, bias_correction_mu=False, "
            "bias_correction_nu=False)"
        ),
    }
    differs: ClassVar = N_("Neither average is corrected for its start at 0, and there is no ε.")

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        state = self.averages(f, x, state)
        return x - self.lr * state.m / jnp.sqrt(state.u), state

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.u)


class KerasAMSGrad(_Largest):
    """AMSGrad around the Adam of Keras: both corrections in the learning rate, epsilon beside the
    raw root.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ u &\leftarrow \max(u, v)\\ "
        r"x &\leftarrow x - \eta\, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\, \frac{m}{\sqrt{u} + "
        r"\epsilon}\end{aligned}"
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, "
            "amsgrad=True)"
        ),
    }
    differs: ClassVar = N_(
        "ε is added to the root of the largest average that is not corrected yet (ε-hat)."
    )

    eps: Epsilon = 1e-7

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        state = self.averages(f, x, state)
        lr = self.lr * jnp.sqrt(1 - self.beta2**state.t) / (1 - self.beta1**state.t)
        return x - lr * state.m / (jnp.sqrt(state.u) + self.eps), state

    def rate(self, before: State, after: State) -> Vector:
        return self.lr * jnp.sqrt(1 - self.beta2**after.t) / (jnp.sqrt(after.u) + self.eps)


class OptaxAMSGrad(AMSGrad):
    """AMSGrad with the largest of the corrected averages, which the first gradients of a run can
    hold for good.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t)\\ u &\leftarrow \max(u, "
        r"\hat v)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{u} + \epsilon)\end{aligned}"
    )
    dialects: ClassVar = {"optax": {"lr": 0.001}}
    calls: ClassVar = {"optax": Call("optax.amsgrad({lr}, b1={beta1}, b2={beta2}, eps={eps})")}
    differs: ClassVar = N_("It corrects the averages first, and takes the largest of those.")

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        m, v, _raw, t = self.averages(f, x, state)
        u = jnp.maximum(state.u, v / (1 - self.beta2**t))
        return x - self.lr * m / (1 - self.beta1**t) / (jnp.sqrt(u) + self.eps), State(m, v, u, t)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.u) + self.eps)
