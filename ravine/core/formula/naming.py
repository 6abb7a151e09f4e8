"""What courses call the point, its gradient and the learning rate, as Ravine calls them."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LONGEST_NAME = 12
# The point, where nothing is called x. Else it is what is moved last: w += v.
POINT_NAMES = (
    "w", "W", "theta", "p", "param", "params", "parameters", "weight", "weights", "position", "pos",
    "z", "xt", "x_t", "w_t", "theta_t", "weight_t",
)  # fmt: skip
OF = r"(?:x|w|W|theta|p|params?|parameters|weights?|f|t|xt|wt)"
GRADIENT = re.compile(
    rf"g|d_?{OF}|grad(?:ient)?s?(?:_?{OF})?|{OF}_?grads?|g_?t|g_?[wx]|nabla|d_?(?:J|L|f|loss)"
    rf"(?:_?d_?{OF})?"
)
ELSEWHERE = "slope"  # the gradient somewhere else than where the step begins
GRADIENT_CALL = re.compile(
    r"(?:compute_?|evaluate_?|calc_?|calculate_?|get_?|eval_?)?(?:grad(?:ient)?s?|nabla)"
    r"(?:_?(?:f|fn|func|fun|loss|loss_fn|J|L|of))?|df|dfdx|(?:f|J|L|loss)_(?:grad|prime)|fprime|dJ"
    r"|dL|gradf|gradJ|gradL"
)
HEIGHT_CALL = re.compile(r"J|L|E|cost|loss|loss_fn|objective|fun|func")
KNOB_NAMES: Mapping[str, tuple[str, ...]] = {  # as Ravine calls a knob -> as courses do
    "lr": ("learning_rate", "learningrate", "lrate", "step_size", "stepsize", "eta", "alpha"),
    "wd": ("weight_decay", "weightdecay", "lamda", "lambd", "lambda_"),
    "eps": ("epsilon",),
    **{f"beta{k}": (f"beta_{k}",) for k in (1, 2, 3)},
}
# knobs that may change from step to step by a rule of their own: lr = lr*0.99
FADING = ("lr", "wd", "gamma", "rho", "beta", "beta1", "beta2", "beta3", "momentum")


class Assignment(NamedTuple):
    """What is assigned, with which sign, and the words behind it."""

    target: str
    sign: str
    words: Sequence[str]

    @property
    def moves(self) -> bool:
        """Whether it is moved from where it is: w += v, w = w - v."""
        first = self.words[:2]
        return self.sign in {"+=", "-="} or (
            len(first) == 2 and first[0] == self.target and first[1] in {"+", "-"}
        )

    @property
    def names(self) -> set[str]:
        """The names behind the sign that are no functions."""
        pairs = zip(self.words, [*self.words[1:], ""], strict=False)
        return {word for word, behind in pairs if word[0].isalpha() and behind != "("}


def point_of(assignments: Sequence[Assignment]) -> str:
    """The name of the point; "x" where nothing else can be it."""
    targets = [one.target for one in assignments]
    known = {name for name in targets if name in POINT_NAMES}
    if "x" in targets or len(known) == 1:
        return "x" if "x" in targets else known.pop()
    if any("x" in one.names for one in assignments):
        return "x"
    moved = [one.target for one in assignments if one.moves and one.target != "g"]
    return moved[-1] if moved else "x"


def meanings(assignments: Sequence[Assignment]) -> dict[str, str]:
    """What names in these assignments are called here, where they are called otherwise there."""
    point = point_of(assignments)
    targets = {one.target for one in assignments}
    names = {name for one in assignments for name in one.names}
    free = names - targets
    found = {point: "x"} if point != "x" and "x" not in names else {}
    named = {name for name in targets if len(name) > LONGEST_NAME or _is_changed(assignments, name)}
    for name, others in KNOB_NAMES.items():
        alias = next((other for other in others if other in free | named), None)
        if alias and name not in names | targets:
            found[alias] = name
    slopes = {name for name in free if GRADIENT.fullmatch(name) or name == f"d{point}"}
    if "g" in names | targets:
        slopes &= {"grad"}
    elsewhere = {name: ELSEWHERE for name in ("g", "grad") if _is_elsewhere(assignments, name)}
    return found | dict.fromkeys(slopes, "g") | elsewhere


def _is_changed(assignments: Sequence[Assignment], name: str) -> bool:
    """Whether a name is assigned what it was before, changed: alpha *= 0.99."""
    own = [one for one in assignments if one.target == name]
    return bool(own) and (own[0].sign not in {"=", ":="} or name in own[0].words)


def _is_elsewhere(assignments: Sequence[Assignment], name: str) -> bool:
    """Whether a name of the gradient is assigned the gradient at another place before it is read:
    g = grad(x - gamma*v).
    """
    at = next((k for k, one in enumerate(assignments) if one.target == name), None)
    if at is None or any(name in one.names for one in assignments[: at + 1]):
        return False
    words = assignments[at].words
    return any(
        GRADIENT_CALL.fullmatch(word) and behind == "("
        for word, behind in itertools.pairwise(words)
    )


def is_gradient(one: Assignment, point: str) -> bool:
    """Whether it says no more than that this is the gradient where the step begins: dx =
    compute_gradient(x).
    """
    words = [*one.words]
    if words[-3:] == ["[", "0", "]"]:
        words = words[:-3]
    is_call = len(words) > 3 and GRADIENT_CALL.fullmatch(words[0]) and words[1] == "("
    if not is_call or words[-1] != ")" or one.sign not in {"=", ":="}:
        return False
    inner = words[2:-1]
    is_whole = all(inner[:k].count("(") >= inner[:k].count(")") for k in range(len(inner) + 1))
    return is_whole and bool(GRADIENT.fullmatch(one.target)) and (inner == [point] or "," in inner)


def fading(assignments: Sequence[Assignment]) -> list[str]:
    """The knobs that change by a rule of their own from the value that they have: lr = lr*0.99.

    They are read before they are assigned, and nothing of the run has a say in them.
    """
    targets = {one.target for one in assignments}
    found: list[str] = []
    for name in (one.target for one in assignments):
        own = [one for one in assignments if one.target == name]
        read = {word for one in own for word in one.words if word[0].isalpha()}
        moving = (targets | {"x", "g", "f", "grad"}) - {name}
        is_first = _is_changed(assignments, name)
        if name in FADING and name not in found and is_first and not read & moving:
            found.append(name)
    return found
