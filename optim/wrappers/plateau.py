from typing import Annotated, ClassVar, NamedTuple

import jax.numpy as jnp

from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class State(NamedTuple):
    """What the schedule remembers."""

    best: Scalar  # the lowest height so far, of those that were lower by more than the threshold
    bad: Scalar  # steps in a row that were not
    phi: Scalar  # the factor of the next step


class Plateau(Schedule):
    """The learning rate falls when the height has not fallen for more steps than patience lasts.

    By hand in Krizhevsky et al., 2012, section 5. This is PyTorch's ReduceLROnPlateau with
    threshold_mode="abs", cooldown 0 and eps 0, told f(x) after every step, at the point that the
    step reached.
    """

    title: ClassVar = N_("Reduce on plateau")
    formula: ClassVar = (
        r"\begin{aligned} (\mathrm{best}, \mathrm{bad}) &\leftarrow \begin{cases} "
        r"(f(x),\, 0) & f(x) < \mathrm{best} - \vartheta \\ "
        r"(\mathrm{best},\, \mathrm{bad} + 1) & f(x) \ge \mathrm{best} - \vartheta \end{cases} \\ "
        r"(\phi_{k+1}, \mathrm{bad}) &\leftarrow \begin{cases} (q\, \phi_k,\, 0) & \mathrm{bad} "
        r"> P \\ "
        r"(\phi_k,\, \mathrm{bad}) & \mathrm{bad} \le P \end{cases} \end{aligned}"
    )
    paper: ClassVar = (
        "A. Krizhevsky, I. Sutskever, G. E. Hinton, 2012. ImageNet classification with "
        "deep networks."
    )
    note: ClassVar = N_(
        "Better means lower by more than ϑ, not by a share of the height as PyTorch's default "
        "has it: a share depends "
        "on where height 0 is, and below 0 it calls worse heights better. optax falls one step "
        "earlier for the same "
        "patience."
    )
    foreseen: ClassVar = False

    fall: Annotated[
        float,
        Knob(
            "q",
            0.0,
            0.95,
            "twentieths",
            N_("factor of a fall"),
            idea=N_(
                "What the learning rate is multiplied by when progress ends. "
                "More lowers it gently; less abruptly."
            ),
        ),
    ] = 0.1
    patience: Annotated[
        float,
        Knob(
            "P",
            1.0,
            1000.0,
            "log",
            N_("patience, in steps"),
            idea=N_(
                "How many steps may pass without progress. "
                "More waits longer; less lowers the rate sooner."
            ),
        ),
    ] = 10.0
    threshold: Annotated[
        float,
        Knob(
            r"\vartheta",
            0.0,
            1.0,
            "from zero",
            N_("what counts as lower"),
            idea=N_(
                "By what share f must fall to count as progress. "
                "More asks for much; at 0 any fall counts."
            ),
        ),
    ] = 1e-4

    def init(self) -> State:
        return State(best=jnp.full((), jnp.inf), bad=jnp.zeros(()), phi=jnp.ones(()))

    def factor(self, k: Scalar, total: Scalar, state: State) -> Scalar:
        return state.phi

    def watch(self, height: Scalar, state: State) -> State:
        lower = height < state.best - self.threshold
        best, bad = jnp.where(lower, height, state.best), jnp.where(lower, 0.0, state.bad + 1.0)
        tired = bad > jnp.round(self.patience)
        return State(
            best, jnp.where(tired, 0.0, bad), jnp.where(tired, self.fall * state.phi, state.phi)
        )
