"""The controls of a race. Each shows a part of the race and reports a change of it; none keeps anything."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.knob import Knob, knobs
from core.words import _
from experiments.race import (
    KNOBS,
    MOST_STEPS,
    TOLERANCES,
    Lane,
    Race,
    lane,
    listeners,
    race_on,
)
from optim import OPTIMIZERS
from surfaces import SURFACES
from ui import session
from ui.names import knob_label, knob_names, lane_ids, lane_names, letter

STEPS = (
    *range(1, 21),
    *range(25, 55, 5),
    *range(60, 110, 10),
    *(125, 150, 175, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1250, 1500, 1750, MOST_STEPS),
)


def surface_picker(race: Race) -> None:
    """Which surface, and its knobs. A new surface opens with its own start, learning rate and number of steps."""

    def pick(slug: str) -> None:
        fresh = race_on(SURFACES[slug](), race.lanes)
        kept = race.shared | {"lr": fresh.shared["lr"]}
        session.reopen(fresh._replace(shared=kept, tolerance=race.tolerance, layout=race.layout))

    _control(
        st.selectbox, "surface", race.surface.slug(), pick, _("Surface"),
        options=list(SURFACES), format_func=lambda slug: _(SURFACES[slug].title),
    )  # fmt: skip
    for name, knob in knobs(type(race.surface)).items():
        values = {other: getattr(race.surface, other) for other in knobs(type(race.surface))}

        def turn(value: float, name: str = name, values: dict[str, float] = values) -> None:
            session.change(surface=type(race.surface)(**values | {name: value}))

        _knob(f"surface:{race.surface.slug()}:{name}", knob, values[name], turn, knob_label(knob))


def lane_picker(race: Race) -> None:
    """Which optimizers run. One that joins brings its own memory and epsilon, as in the seeds."""
    ids, names = lane_ids(race.lanes), lane_names(race.lanes)
    known = {f"{slug}-1": _(kind.title) for slug, kind in OPTIMIZERS.items()} | dict(zip(ids, names, strict=True))

    def pick(chosen: list[str]) -> None:
        stay = [racer for key, racer in zip(ids, race.lanes, strict=True) if key in chosen]
        join = [lane(key.rpartition("-")[0]) for key in chosen if key not in ids]
        if stay or join:
            session.change(lanes=(*stay, *join))

    _control(
        st.pills, "lanes", ids, pick, _("Optimizers"),
        options=sorted(known, key=_seed_order), format_func=known.get, selection_mode="multi",
    )  # fmt: skip


def shared_sliders(race: Race) -> None:
    """One slider for every knob that some lane takes from here."""
    for name, knob in KNOBS.items():
        followers = [i for i in listeners(race, name) if name not in race.lanes[i].own]
        if not followers:
            continue
        names = lane_names(race.lanes)

        def turn(value: float, name: str = name) -> None:
            session.change(shared={**race.shared, name: value})

        drives = _("Drives {names}.").format(names=", ".join(names[i] for i in followers))
        _knob(f"shared:{name}", knob, race.shared[name], turn, knob_label(knob), drives)


def own_sliders(race: Race) -> None:
    """Which lanes have a value of their own, and a slider for each such value."""
    ids, names = lane_ids(race.lanes), lane_names(race.lanes)
    places = {f"{ids[i]}:{knob}": (i, knob) for i, racer in enumerate(race.lanes) for knob in knob_names(racer)}
    held = [key for key, (i, knob) in places.items() if knob in race.lanes[i].own]

    def pick(chosen: list[str]) -> None:
        session.change(lanes=tuple(_with_own(race, i, _chosen_knobs(chosen, key)) for i, key in enumerate(ids)))

    _control(
        st.multiselect, "own", held, pick, _("Own value instead of the shared one"),
        options=list(places), placeholder=_("None: all share"),
        format_func=lambda key: f"{names[places[key][0]]} {letter(KNOBS[places[key][1]])}",
        help=_("Pick an optimizer and a setting to give it its own slider. Remove it to return to the shared one."),
    )  # fmt: skip
    for key in held:
        i, knob = places[key]

        def turn(value: float, i: int = i, knob: str = knob) -> None:
            own = Lane(race.lanes[i].rule, {**race.lanes[i].own, knob: value})
            session.change(lanes=(*race.lanes[:i], own, *race.lanes[i + 1 :]))

        _knob(f"own:{key}", KNOBS[knob], race.lanes[i].own[knob], turn, f"{names[i]} {letter(KNOBS[knob])}")


def run_sliders(race: Race) -> None:
    """How many steps, from where, and how near is near enough."""
    _choice("steps", _("Steps"), STEPS, race.steps, str, lambda n: session.change(steps=n, at=_within(race.at, n)))
    for axis, (name, (low, high)) in enumerate(zip(("x₁", "x₂"), race.surface.view, strict=True)):

        def move(value: float, axis: int = axis) -> None:
            session.change(start=(value, race.start[1]) if axis == 0 else (race.start[0], value))

        _control(
            st.slider, f"start:{race.surface.slug()}:{axis}", race.start[axis], move, _("Start {axis}").format(axis=name),
            min_value=low, max_value=high, step=(high - low) / 200, format="%.4g",
        )  # fmt: skip
    _choice(
        "tolerance", _("Near enough: f − f* at most"), TOLERANCES[::-1], race.tolerance,
        lambda v: f"{v:g}", lambda v: session.change(tolerance=v),
    )  # fmt: skip


def layout_switch(race: Race) -> None:
    """All paths on one picture, or one picture an optimizer."""
    titles = {"overlay": _("Overlay"), "panels": _("Side by side")}
    _control(
        st.segmented_control, "layout", race.layout, lambda v: session.change(layout=v or race.layout), _("Layout"),
        options=list(titles), format_func=titles.get, label_visibility="collapsed",
    )  # fmt: skip


def reset_button(race: Race) -> None:
    """Back to what the surface opens with."""
    if race != race_on(race.surface)._replace(layout=race.layout):
        st.button(_("Reset"), on_click=session.reopen, args=(race_on(type(race.surface)()),), type="tertiary")


def _control(widget: Callable[..., Any], key: str, value: Any, on_value: Callable[[Any], None], label: str, **more: Any):
    """A widget that shows `value` and calls `on_value` with what the visitor chose."""
    session.seed(key, value)
    widget(label, key=key, on_change=lambda: on_value(st.session_state[key]), **more)


def _knob(
    key: str, knob: Knob, value: float, on_value: Callable[[float], None], label: str, help: str | None = None
) -> None:
    _choice(key, label, knob.grid(), value, knob.show, on_value, help)


def _choice(
    key: str, label: str, stops: tuple, value: Any, show: Callable[[Any], str], on_value: Callable, help: str | None = None
) -> None:
    """A slider over `stops`. A value from a link that is none of them becomes a stop of this visitor's slider."""
    extra = st.session_state.setdefault(f"stops:{key}", [])
    if value not in stops and value not in extra:
        extra.append(value)
    options = sorted({*stops, *extra}) if extra else stops
    _control(st.select_slider, key, value, on_value, label, options=options, format_func=show, help=help)


def _with_own(race: Race, i: int, chosen: list[str]) -> Lane:
    racer = race.lanes[i]
    return Lane(racer.rule, {knob: racer.own.get(knob, race.shared[knob]) for knob in knob_names(racer) if knob in chosen})


def _chosen_knobs(chosen: list[str], lane_id: str) -> list[str]:
    return [knob for key, _colon, knob in (text.rpartition(":") for text in chosen) if key == lane_id]


def _seed_order(lane_id: str) -> tuple[int, str]:
    order = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
    slug = lane_id.rpartition("-")[0]
    return (order.index(slug) if slug in order else len(order), lane_id)


def _within(at: int | None, steps: int) -> int | None:
    return None if at is None or at >= steps else at
