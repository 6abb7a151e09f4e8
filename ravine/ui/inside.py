"""Inside the step: one optimizer, or two side by side, number by number. The parts of the page,
each for one lane.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from optim import Optimizer
from ravine.core.words import _
from ravine.experiments.anatomy import anatomy, closely, curvature, remarks
from ravine.experiments.anatomy import followed as in_view
from ravine.experiments.arithmetic import Step, arithmetic
from ravine.experiments.field import view_box
from ravine.experiments.inside import rates
from ravine.experiments.kernel import Average, averages
from ravine.experiments.lanes import remembered
from ravine.experiments.link import write_surface
from ravine.experiments.outcome import parting
from ravine.experiments.race import MOST_FOLLOWED, Lane, Race, rule_of, settings
from ravine.experiments.trace import Trace, run
from ravine.experiments.whatif import is_corrected, possible, what_if
from ravine.figures.arithmetic import latex_of_step, latex_rows, step_script
from ravine.figures.memory import edge_figure, kernel_figure, rate_figure, state_figure
from ravine.figures.plain import Plain
from ravine.figures.remarks import remark, short
from ravine.figures.step import step_picture
from ravine.figures.theme import Mode, Style, styles
from ravine.payload.names import lane_ids, lane_labels, plain
from ravine.ui import plots, session

FIRST_STEP = 3  # where the page opens
STEP = "inside step"
CHART = 300  # pixels
FLATTEST = 0.3  # height of a picture to its width


# key, figure in a mode, what there is to see
Chart: TypeAlias = tuple[str, Callable[[Mode], Plain], str]


class Followed(NamedTuple):
    """A lane that is looked inside, at step `k`, from 1."""

    key: str
    lane: Lane
    name: str
    look: Style
    rule: Optimizer
    trace: Trace
    other: Trace | None  # what would be otherwise
    race: Race
    k: int


def shown_step(race: Race) -> int:
    """The step that is looked at: from 1, so that there is one."""
    return min(FIRST_STEP, race.steps) if race.arena.at is None else max(1, race.arena.at)


def followed_keys(race: Race) -> list[str]:
    """The lanes that are looked inside: those that the link names, or Momentum, as in the seeds, or
    the first.
    """
    ids = lane_ids(race.lanes)
    asked = [key for key in race.inside.follow if key in ids]
    return asked or ["momentum-1" if "momentum-1" in ids else ids[0]]


def followed_lanes(race: Race) -> list[Followed]:
    """What is looked inside, run."""
    ids, names = lane_ids(race.lanes), lane_labels(race.lanes)
    looks, k = styles([lane.kind.look for lane in race.lanes]), shown_step(race)
    return [
        _followed(race, ids.index(key), key, names[ids.index(key)], looks[ids.index(key)], k)
        for key in followed_keys(race)
    ]


def _followed(race: Race, i: int, key: str, name: str, look: Style, k: int) -> Followed:
    lane = race.lanes[i]
    rule = rule_of(race, lane)
    trace = run(rule, race.surface, race.start, race.steps)
    change = race.inside.what_if
    asked = change and change in possible(rule, trace.state)
    other = what_if(change, rule, race.surface, race.start, race.steps, k) if asked else None
    return Followed(key, lane, name, look, rule, trace, other, race, k)


# Controls.


def follow_picker(race: Race) -> None:
    """Which lanes are looked inside."""
    ids, names = lane_ids(race.lanes), lane_labels(race.lanes)
    session.show_value("follow", followed_keys(race))
    st.multiselect(
        _("Look inside"),
        ids,
        key="follow",
        format_func=lambda key: str(dict(zip(ids, names, strict=True)).get(key)),
        max_selections=MOST_FOLLOWED,
        on_change=lambda: session.change(_followed_by, st.session_state["follow"]),
    )


def _followed_by(race: Race, keys: list[str]) -> Race:
    return race.replace(follow=tuple(keys))


def step_controls(race: Race) -> None:
    """Step forward and back, or to any step."""
    k = shown_step(race)
    session.show_value(STEP, k)
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        st.button(
            "◀",
            key="step back",
            help=_("Step back"),
            disabled=k == 1,
            on_click=_step,
            args=(k - 1,),
        )
        if race.steps > 1:
            st.slider(
                _("Step"), 1, race.steps, key=STEP, on_change=lambda: _step(st.session_state[STEP])
            )
        last = k == race.steps
        st.button(
            "▶",
            key="step forward",
            help=_("Step forward"),
            disabled=last,
            on_click=_step,
            args=(k + 1,),
        )


def _step(k: int) -> None:
    session.change(lambda race, at: race.replace(at=at), k)


def what_if_picker(race: Race, shown: list[Followed]) -> None:
    """What would be otherwise; nothing where nothing can."""
    words = what_ifs()
    can = [
        name for name in words if any(name in possible(one.rule, one.trace.state) for one in shown)
    ]
    if not can:
        return
    session.show_value("what if", race.inside.what_if if race.inside.what_if in can else "")
    st.segmented_control(
        _("What if"),
        ["", *can],
        key="what if",
        format_func=lambda name: words.get(name, _("unchanged")),
        on_change=lambda: session.change(_supposed, st.session_state["what if"] or ""),
    )


def what_ifs() -> dict[str, str]:
    """What can be otherwise, in words."""
    return {
        "uncorrected": _("no bias correction"),
        "frozen": _("divisor frozen at its current value"),
        "memoryless": _("no memory of gradients"),
        "without_epsilon": _("ε = 0"),
    }


def _supposed(race: Race, name: str) -> Race:
    return race.replace(what_if=name)


# What is shown of a lane.


def head(one: Followed) -> None:
    """The name of the lane, and the sentence of the step."""
    st.subheader(plain(one.name), anchor=False)
    said = [remark(found) for found in remarks(one.rule, one.race.surface, one.trace, one.k)][:2]
    step = _("Step {k}").format(k=one.k)
    st.markdown(f":blue-background[{step}] {plain(' '.join(said))}")


def step_view(one: Followed) -> None:
    """The step as a picture, and how closely it is looked at."""
    values = settings(one.race, one.lane)
    parts = anatomy(one.rule, one.race.surface, one.trace, one.k, values.get("lr"))
    other = one.other.x if one.other is not None else None
    zoom = one.race.arena.zoom and in_view(one.race.arena.zoom, parts)
    box = zoom or view_box(one.race.surface)
    ratio = max(FLATTEST, (box[3] - box[2]) / (box[1] - box[0]))
    plots.plot(
        f"picture--{one.key}",
        lambda mode: step_picture(parts, one.trace.x[: one.k], other, one.look, mode),
        said=_("Step {k} of {name} on the level curves.").format(k=one.k, name=one.name),
        ground=plots.ground(write_surface(one.race.surface), zoom),
        ratio=ratio,
    )
    close = closely(parts)
    with st.container(horizontal=True):
        st.button(
            _("Look closely"),
            key=f"closely--{one.key}",
            on_click=_zoom,
            args=(close,),
            disabled=close is None,
            icon=":material/zoom_in:",
        )
        whole = one.race.arena.zoom is None
        st.button(
            _("Whole picture"),
            key=f"whole--{one.key}",
            on_click=_zoom,
            args=(None,),
            disabled=whole,
            icon=":material/zoom_out:",
        )


def _zoom(box: tuple[float, float, float, float] | None) -> None:
    session.change(
        lambda race, zoom: race.replace(zoom=zoom), None if box is None else tuple(map(float, box))
    )


def numbers(one: Followed) -> None:
    """The step as arithmetic, and what can be taken away."""
    step = told(one)
    if step is None:
        st.markdown(_("The run had no numbers left before this step."))
        return
    st.subheader(_("In numbers"), anchor=False)
    lines = ""
    for row in latex_rows(step):
        if row.axis in {None, 0}:
            lines += f"$\\displaystyle {row.symbols}$\n\n" if row.symbols else ""
        lines += f":small[$\\displaystyle \\quad {row.numbers}$]\n\n"
    st.markdown(lines)
    with st.container(horizontal=True):
        with st.popover(_("Copy as LaTeX")):
            st.code(latex_of_step(step), language="latex")
        with st.popover(_("Copy as a script")):
            st.code(step_script(step), language="python")


def told(one: Followed) -> Step | None:
    """The arithmetic of the step; none when the run has left the numbers before."""
    if not np.isfinite(one.trace.x[one.k - 1]).all():
        return None
    return arithmetic(one.rule, one.race.surface, one.trace, one.k, one.lane.text)


def supposed(one: Followed) -> None:
    """Where the second path parts from the first, and where both end."""
    if not one.race.inside.what_if:
        return
    name = what_ifs()[one.race.inside.what_if]
    if one.other is None:
        st.markdown(_("{name}: does not apply to this rule.").format(name=plain(name.capitalize())))
        return
    parts = parting(one.trace, one.other).step
    if parts is None:
        st.markdown(_("What if: {name}. Nothing changes.").format(name=name))
        return
    said = _(
        "What if: {name}. The paths separate at step {step}. After step {last} f is "
        "{other} instead of {own}."
    )
    last = len(one.trace.loss) - 1
    ends = {"other": short(float(one.other.loss[-1])), "own": short(float(one.trace.loss[-1]))}
    st.markdown(plain(said.format(name=name, step=parts, last=last, **ends)))


def foreseen(one: Followed) -> None:
    """Rate times curvature against its limit, in a sentence."""
    found = curvature(one.rule, one.race.surface, one.trace)
    low, high = found.values[one.k - 1]
    product = float(found.product[one.k - 1])
    if not np.isfinite([low, high]).all():
        return
    said = _("Curvatures here: λ₁ = {low}, λ₂ = {high}.").format(
        low=short(float(low)), high=short(float(high))
    )
    if np.isfinite(product) and found.limit is not None:
        verdict = (
            _("below the limit {limit}: oscillations decay.")
            if product < found.limit
            else _("above the limit {limit}: oscillations grow.")
        )
        said += (
            " "
            + _("Rate × curvature = {product},").format(product=short(product))
            + " "
            + verdict.format(limit=short(found.limit))
        )
    st.markdown(plain(said))


def memory_view(one: Followed, columns: Sequence[DeltaGenerator]) -> None:
    """What the lane remembers, against the step, and how its rate stands to the curvature."""
    for i, (key, draw, said) in enumerate(memory_charts(one)):
        with columns[i % len(columns)]:
            plots.plot(f"{key}--{one.key}", draw, said, height=CHART)
            if key == "edge":
                foreseen(one)


def memory_charts(one: Followed) -> list[Chart]:
    """Key, figure and description of everything that the lane remembers, against the step."""
    made = [_state(one, name, raw) for name, raw in _vectors(one).items()]
    found = rates(one.rule, one.trace)
    if np.isfinite(found).any():
        window = _window(one)
        said = _("Effective learning rates of {name}").format(name=one.name)
        made.append(("rate", lambda mode: rate_figure(found, window, one.k, one.look, mode), said))
    edge = curvature(one.rule, one.race.surface, one.trace)
    if np.isfinite(edge.product).any():
        said = _("Rate times curvature of {name}").format(name=one.name)
        made.append(("edge", lambda mode: edge_figure(edge, one.k, one.look, mode), said))
    return [*made, *(_kernel(one, average) for average in _averages(one))]


def _kernel(one: Followed, average: Average) -> Chart:
    weights, of = average.weights(one.k), "g²" if average.of == "g^2" else "g"
    said = _("Weights of past gradients in {state} of {name}").format(
        state=average.field, name=one.name
    )
    draw = lambda mode: kernel_figure(average.field, of, weights, one.k, one.look, mode)  # noqa: E731
    return f"kernel-{average.field}", draw, said


def _vectors(one: Followed) -> dict[str, np.ndarray]:
    return {
        name: np.asarray(raw)
        for name, raw in remembered(one.lane, one.trace).items()
        if np.ndim(raw) == 2
    }


def _state(one: Followed, name: str, raw: np.ndarray) -> Chart:
    average = next(
        (found for found in _averages(one) if found.field == name and found.kind == "average"), None
    )
    corrected = None
    if average is not None and is_corrected(one.lane.kind.formula):
        steps = np.arange(len(raw))[:, None]
        with np.errstate(all="ignore"):
            corrected = raw / (1.0 - average.beta**steps)
    said = _("State {state} of {name}").format(state=name, name=one.name)
    return (
        f"state-{name}",
        lambda mode: state_figure(name, raw, corrected, one.k, one.look, mode),
        said,
    )


def _averages(one: Followed) -> tuple[Average, ...]:
    return () if one.lane.kind.form is None else averages(one.rule)


def _window(one: Followed) -> float | None:
    """How many steps the average of squares spans: 1 / (1 - beta)."""
    for average in _averages(one):
        if average.of != "g" and average.kind == "average" and average.beta < 1.0:
            return 1.0 / (1.0 - average.beta)
    return None
