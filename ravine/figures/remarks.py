"""What is worth saying of a step, in a sentence."""

from ravine.core.words import _
from ravine.experiments.anatomy import Remark
from ravine.figures.arithmetic import DIGITS

AXIS_NAMES = ("x₁", "x₂")


def remark(said: Remark) -> str:
    """A remark as a sentence."""
    sentences = {
        "lost": _("This step ends where f has no value."),
        "still": _("It no longer moves."),
        "overshot": _("{axis} overshot: the gradient changed sign, the velocity did not."),
        "crossed": _(
            "{axis} stepped across the valley: the gradient changed sign, and the next step "
            "turns back."
        ),
        "over": _("{axis} stepped across the valley: the gradient changed sign."),
        "climbs": _("{axis} climbs: memory outweighs the gradient."),
        "against": _("{axis} climbs: the step goes against this coordinate's gradient."),
        "first": _("The first step: there is no memory yet."),
        "slower": _(
            "{axis} slows down: its effective learning rate fell from {before} to {after}."
        ),
        "faster": _("{axis} recovers: its effective learning rate rose from {before} to {after}."),
        "rose": _("f rose from {before} to {after}."),
        "falls": _("Downhill: f fell from {before} to {after}."),
    }
    axis = "" if said.axis is None else AXIS_NAMES[said.axis]
    return sentences[said.kind].format(
        axis=axis, before=short(said.before), after=short(said.after)
    )


def short(value: float) -> str:
    """A number of four digits, as a sentence has it.

    >>> short(0.123456), short(float("nan"))
    ('0.1235', '–')
    """
    text = f"{value:.{DIGITS - 2}g}"
    return "–" if text == "nan" else text.replace("-", "−").replace("inf", "∞")
