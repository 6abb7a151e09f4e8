"""Many runs at once: the fair race, maps over two knobs, and basins of attraction. The parts of the page."""

import math
from typing import Any

import numpy as np
import streamlit as st

from core.words import _
from experiments.fair import Goal, Tuned, at_best, ranks, tuned
from experiments.grounds import with_value
from experiments.lanes import knobs_of, look_of
from experiments.maps import KnobMap, along, basins, knob_map, knobs_for
from experiments.outcome import floor_of
from experiments.race import MANY, Race
from figures.many import basin_figure, fair_figure, goal_title, knob_figure, map_figure
from figures.remarks import short
from figures.sentences import place
from figures.theme import styles
from ui import plots, session, turns
from ui.names import knob_label, lane_ids, lane_labels, plain

FINE, COARSE = 96, 100  # of a map, and of basins, along each side
MOST_STEPPED = 20_000_000  # steps of all runs of a picture together: about a second
TALL = 460  # pixels of a figure


def kind_picker(race: Race) -> None:
    """Which picture of many runs."""
    words = {
        "fair": _("Fair race"),
        "knob": _("Along one knob"),
        "map": _("Map of two knobs"),
        "basins": _("Basins of attraction"),
    }
    session.seed("many", race.many)
    st.segmented_control(
        _("Many runs"),
        MANY,
        key="many",
        format_func=lambda name: words[name],
        label_visibility="collapsed",
        on_change=lambda: session.change(_set("many"), st.session_state["many"] or race.many),
    )


def goal_picker(race: Race) -> None:
    """What is compared."""
    bounded = floor_of(race.surface).lowest is not None
    if not bounded:
        return
    words = {"height": goal_title("height", bounded), "arrived": goal_title("arrived", bounded)}
    session.seed("goal", race.goal)
    st.segmented_control(
        _("What counts"),
        [*words],
        key="goal",
        format_func=lambda name: words[name],
        on_change=lambda: session.change(_set("goal"), st.session_state["goal"] or race.goal),
    )


def _set(field: str) -> Any:
    return lambda race, value: race._replace(**{field: value})


def goal_of(race: Race) -> Goal:
    """What is compared: without a minimum nobody arrives."""
    return "arrived" if race.goal == "arrived" and floor_of(race.surface).lowest is not None else "height"


# The fair race.


def fair(race: Race) -> None:
    """Every lane over all learning rates, and who is first under either rule."""
    found, names = tuned(race, goal_of(race)), lane_labels(race.lanes)
    bounded, looks = floor_of(race.surface).lowest is not None, styles([look_of(lane) for lane in race.lanes])
    shown = [(name, look, one) for name, look, one in zip(names, looks, found, strict=True) if one is not None]
    if not shown:
        st.markdown(_("None of these rules has a learning rate."))
        return
    said = _("The goal of each optimizer against its learning rate, the best marked by a star.")
    goal = goal_of(race)
    plots.plot("fair", lambda mode: fair_figure(shown, goal, bounded, mode), said, height=TALL)
    _ranking(race, [(name, one) for name, _look, one in shown])
    st.button(_("Race them so"), key="race so", type="primary", on_click=_race_so, args=(found,))


def _ranking(race: Race, shown: list[tuple[str, Tuned]]) -> None:
    """The places under both rules, side by side; who changes place is marked."""
    same, own = (
        ranks(np.array(values)) for values in ([one.now for _n, one in shown], [one.goal for _n, one in shown])
    )
    heads = (
        _("Optimizer"), _("as it is: place"), goal_title(goal_of(race), floor_of(race.surface).lowest is not None),
        _("at its own best: place"), _("best η"), _("then"), _("good enough (within a factor of 2)"),
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for i in sorted(range(len(shown)), key=lambda i: own[i]):
        name, one = shown[i]
        flip = " ▲" if own[i] < same[i] else " ▼" if own[i] > same[i] else ""
        wide = f"{short(one.good[0])} – {short(one.good[1])} (×{short(one.good[1] / one.good[0])})"
        cells = (
            plain(name),
            str(same[i]),
            short(one.now),
            f"**{own[i]}**{flip}",
            short(one.best),
            short(one.goal),
            wide,
        )
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))


def _race_so(found: list[Tuned | None]) -> None:
    session.change(lambda race, value: at_best(race, value), found)
    session.go("pages/compare.py")


# One knob.


def one_knob(race: Race) -> None:
    """Every lane along one knob."""
    can = {name: knob for lane in race.lanes for name, knob in (knobs_of(lane) | knobs_for(race, lane)).items()}
    name = race.over[0] if race.over and race.over[0] in can else next(iter(can))
    session.seed("along", name)
    st.selectbox(
        _("Knob"),
        [*can],
        key="along",
        format_func=lambda name: knob_label(can[name]),
        on_change=lambda: session.change(_along_knob, st.session_state["along"]),
    )
    goal, bounded = goal_of(race), floor_of(race.surface).lowest is not None
    found, looks = along(race, name, FINE, goal), styles([look_of(lane) for lane in race.lanes])
    shown = [
        (n, look, one) for n, look, one in zip(lane_labels(race.lanes), looks, found, strict=True) if one is not None
    ]
    log = _is_log(shown[0][2].values)
    said = _("The goal of each optimizer along {knob}; a ring where it is now.").format(knob=knob_label(can[name]))
    plots.plot(
        "knob", lambda mode: knob_figure(shown, knob_label(can[name]), log, goal, bounded, mode), said, height=TALL
    )


def _along_knob(race: Race, name: str) -> Race:
    other = next((knob for knob in race.over if knob != name), "lr" if name != "lr" else "gamma")
    return race._replace(over=(name, other))


# The map.


def knob_pickers(race: Race) -> tuple[int, str, str] | None:
    """The lane of the map, and the knobs along its sides; None when it has not two."""
    ids, names = lane_ids(race.lanes), lane_labels(race.lanes)
    at = ids.index(race.follow[0]) if race.follow and race.follow[0] in ids else 0
    can = knobs_for(race, race.lanes[at])
    across, up = _along(race, [*can])
    for column, (key, label, options, held, words) in zip(
        st.columns(3),
        (
            ("map lane", _("Optimizer"), ids, ids[at], dict(zip(ids, names, strict=True))),
            ("map across", _("Across"), [*can], across, {name: knob_label(knob) for name, knob in can.items()}),
            ("map up", _("Upwards"), [*can], up, {name: knob_label(knob) for name, knob in can.items()}),
        ),
        strict=True,
    ):
        session.seed(key, held)
        column.selectbox(
            label, options, key=key, format_func=lambda name, words=words: str(words.get(name)), on_change=_pick
        )
    return None if across is None or up is None or across == up else (at, across, up)


def _along(race: Race, can: list[str]) -> tuple[str | None, str | None]:
    """The knobs of the link as far as the lane has them, else its first two."""
    asked = [name for name in race.over if name in can]
    rest = [name for name in can if name not in asked]
    both = (
        (*asked, *rest, None, None) if race.over[:1] == tuple(asked[:1]) else (*rest[:1], *asked, *rest[1:], None, None)
    )
    return both[0], both[1]


def _pick() -> None:
    follow, across, up = (st.session_state[key] for key in ("map lane", "map across", "map up"))
    session.change(lambda race, _v: race._replace(follow=(follow,), over=(across, up) if across and up else ()), None)


def two_knobs(race: Race) -> None:
    """What becomes of a lane over two of its knobs."""
    chosen = knob_pickers(race)
    if chosen is None:
        st.markdown(_("A map needs two knobs: choose an optimizer and two different ones."))
        return
    at, across, up = chosen
    lane, goal = race.lanes[at], goal_of(race)
    found = knob_map(race, lane, across, up, FINE, goal)
    can, bounded = knobs_for(race, lane), floor_of(race.surface).lowest is not None
    names = knob_label(can[across]), knob_label(can[up])
    logs = _is_log(found.x), _is_log(found.y)
    said = _("{goal} of {name} over {across} and {up}.").format(
        goal=goal_title(goal, bounded), name=lane_labels(race.lanes)[at], across=names[0], up=names[1]
    )
    plots.plot(
        "map",
        lambda mode: map_figure(found, *names, logs, goal, bounded, mode),
        said,
        height=TALL + 80,
        pick=lambda x, y: _race_cell(at, (across, up), (x, y)),
    )
    st.markdown(_("Click on the map to race there."))
    _best(at, (across, up), names, found)


def _is_log(values: np.ndarray) -> bool:
    return bool(values[0] > 0 and not np.isclose(values[1] - values[0], values[-1] - values[-2]))


def _best(at: int, keys: tuple[str, str], names: tuple[str, str], found: KnobMap) -> None:
    """The best place of the map, and a way to race there."""
    if not np.isfinite(found.goals).any():
        st.markdown(_("Every run of this map is lost or not near enough."))
        return
    j, i = np.unravel_index(np.argmin(found.goals), found.goals.shape)
    values = float(found.x[i]), float(found.y[j])
    said = _("Best of {count} runs: {value} at {across} = {x}, {up} = {y}.")
    told = {"across": names[0], "up": names[1], "x": short(values[0]), "y": short(values[1])}
    st.markdown(plain(said.format(count=found.goals.size, value=short(float(found.goals[j, i])), **told)))
    st.button(_("Race it so"), key="race map", type="primary", on_click=_race_cell, args=(at, keys, values))


def _race_cell(at: int, keys: tuple[str, str], values: tuple[float, float]) -> None:
    """Race a place of the map: its knobs become the lane's own, or the surface's."""

    def changed(race: Race, _value: None) -> Race:
        lane = race.lanes[at]
        for name, value in zip(keys, values, strict=True):
            if name.startswith("surface."):
                race = turns.on_ground(race, with_value(race.surface, name.removeprefix("surface."), value))
            else:
                lane = lane._replace(own={**lane.own, name: value})
        return race._replace(lanes=(*race.lanes[:at], lane, *race.lanes[at + 1 :]))

    session.change(changed, None)
    session.go("pages/compare.py")


# Basins.


def all_basins(race: Race) -> None:
    """Where every lane ends from every start in view, and the share of the area that each minimum has."""
    names, floor = lane_labels(race.lanes), floor_of(race.surface)
    if not len(floor.places):
        st.markdown(_("This surface has no minimum: there are no basins."))
        return
    fine = math.isqrt(MOST_STEPPED // (race.steps * len(race.lanes)))
    found = [basins(race, lane, min(COARSE, fine)) for lane in race.lanes]
    (left, right), (bottom, top) = race.surface.view
    with st.grid("auto", min_column_width=330):
        for key, name, one in zip(lane_ids(race.lanes), names, found, strict=True):
            with st.container():
                plots.plot(
                    f"basins--{key}",
                    lambda mode, one=one, name=name: basin_figure(one, floor.places, name, mode),
                    _("Basins of {name}.").format(name=name),
                    height=round(min(420, 360 * (top - bottom) / (right - left)) + 70),
                    pick=_start_at,
                )
    said = _("Paler: more steps. Grey: no minimum within {steps} steps. Click to start a race there.")
    st.markdown(said.format(steps=race.steps))
    minima = [f"**{k + 1}** {place(at)}" for k, at in enumerate(map(tuple, floor.places))]
    heads = [_("Optimizer"), *minima, _("none"), _("near enough to f* (95 %)"), _("median of their steps")]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, one in zip(names, found, strict=True):
        came = one.success
        near = f"{came.fraction:.1%} ({came.low:.1%} – {came.high:.1%})"
        cells = (plain(name), *(f"{share:.1%}" for share in one.shares), near, short(came.median))
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))


def _start_at(x: float, y: float) -> None:
    """Race from a place of the picture."""
    session.change(lambda race, at: race._replace(start=at), (x, y))
    session.go("pages/compare.py")
