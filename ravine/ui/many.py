"""Many runs at once: the fair race, maps over two knobs, searches, and every start in view. The
parts of the page.
"""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ravine.core.words import _, language
from ravine.experiments.fair import COARSE, FLOOR, Tuned, at_best, ranks, tune
from ravine.experiments.floor import NEAR, floor_of
from ravine.experiments.lanes import knobs_of
from ravine.experiments.maps import Success, along, edge, ends_of
from ravine.experiments.race import MOST_SEED, TRIES, Race
from ravine.experiments.scores import is_log, knobs_for, value_at, with_two_knobs
from ravine.experiments.search import SEEDS, searched
from ravine.figures.many import (
    Searches,
    Sides,
    basin_figure,
    best_figure,
    ends_figure,
    fair_figure,
    goal_title,
    knob_figure,
    map_figure,
    strategy_title,
)
from ravine.figures.remarks import short
from ravine.figures.sentences import place
from ravine.figures.theme import styles
from ravine.payload.names import knob_label, lane_ids, lane_labels, letter, plain
from ravine.server import maps, warmup
from ravine.server.maps import goal_of
from ravine.ui import plots, session

KNOB_POINTS = 96  # of a line along one knob
LIMIT_POINTS = 128  # points of the limit of theory
FIGURE_HEIGHT = 460  # pixels of a figure


def kind_picker(race: Race) -> None:
    """Which picture of many runs. Those that are not open yet are made ready."""
    warmup.expect_maps(race)
    words = {
        "fair": _("Fair race"),
        "knob": _("Along one knob"),
        "map": _("Map of two knobs"),
        "search": _("Search"),
        "basins": _("Basins of attraction"),
        "success": _("Success"),
    }
    _picker(race, "picture", _("Many runs"), words, label_visibility="collapsed")


def score_pickers(race: Race) -> None:
    """What counts in the fair race, in searches and on maps; in the fair race what is sought, too.
    Side by side where there is room. On a surface without a minimum only the height at the end
    counts.
    """
    with st.container(horizontal=True, gap="medium"):
        if floor_of(race.surface).lowest is not None:
            goals = {goal: goal_title(goal, bounded=True) for goal in ("height", "arrived")}
            _picker(race, "goal", _("Score"), goals, width="content")
        if race.many.picture == "fair":
            sought = {"rate": _("Learning rate only"), "all": _("All knobs")}
            _picker(race, "tune", _("Tune"), sought, width="content")


def _picker(race: Race, field: str, label: str, words: dict[Any, str], **more: Any) -> None:
    """A choice that is a field of the race: its values, and what they are called. The chosen one
    cannot be let go.
    """
    held = race.get(field)
    session.show_value(field, held)
    st.segmented_control(
        label,
        [*words],
        key=field,
        format_func=lambda name: words[name],
        on_change=lambda: session.change(_set(field), st.session_state[field] or held),
        **more,
    )


def _set(field: str) -> Any:
    return lambda race, value: race.replace(**{field: value})


def _table(heads: list[str], rows: list[list[str]]) -> None:
    st.markdown(
        "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))
    )


# The fair race.


def fair(race: Race) -> None:
    """Every lane over all learning rates, and who is first under either rule."""
    found, names = tune(race, goal_of(race), race.many.tune == "all"), lane_labels(race.lanes)
    bounded, looks = (
        floor_of(race.surface).lowest is not None,
        styles([lane.kind.look for lane in race.lanes]),
    )
    shown = [
        (name, look, one)
        for name, look, one in zip(names, looks, found, strict=True)
        if one is not None
    ]
    if not shown:
        st.markdown(_("None of these rules has a learning rate."))
        return
    said = _("The score of each optimizer against its learning rate; a star marks the best.")
    goal = goal_of(race)
    draw = partial(fair_figure, shown, goal, bounded)
    plots.plot("fair", draw, said, height=FIGURE_HEIGHT, save="fair")
    _ranking(
        race, [(name, _others(lane, one), one) for name, lane, one in _with(names, race, found)]
    )
    st.button(_("Race with these settings"), key="race so", on_click=_race_so, args=(found,))


def _with(names: list[str], race: Race, found: list[Tuned | None]) -> Any:
    return (
        (name, lane, one)
        for name, lane, one in zip(names, race.lanes, found, strict=True)
        if one is not None
    )


def _others(lane: Any, one: Tuned) -> str:
    knobs = knobs_of(lane)
    return ", ".join(
        f"{letter(knobs[name])} = {short(value)}" for name, value in one.others.items()
    )


def _ranking(race: Race, shown: list[tuple[str, str, Tuned]]) -> None:
    """The places under both rules, side by side; who changes place is marked."""
    same = ranks(np.array([one.now for _name, _others, one in shown]))
    own = ranks(np.array([one.goal for _name, _others, one in shown]))
    heads = [
        _("Optimizer"), _("rank, shared η"),
        goal_title(goal_of(race), floor_of(race.surface).lowest is not None),
        _("rank, own best η"), _("best η"),
        *([_("other knobs")] if race.many.tune == "all" else []), _("score at its best"),
        _("range within a factor of 2 of the best"),
    ]  # fmt: skip
    rows = []
    for i in sorted(range(len(shown)), key=lambda i: own[i]):
        name, others, one = shown[i]
        flip = " ▲" if own[i] < same[i] else " ▼" if own[i] > same[i] else ""
        sought = [plain(others)] if race.many.tune == "all" else []
        best = [f"**{own[i]}**{flip}", _rate(one), *sought, short(one.goal), _width(one)]
        if one.best is None:
            best = ["–", _("none"), *["–" for _cell in sought], "–", "–"]
        rows.append([plain(name), str(same[i]), short(one.now), *best])
    _table(heads, rows)
    said = _(
        "Tried: {count} learning rates over the whole slider, each {apart:.1%} above the one "
        "before, and finer ones around the best; what is good over a narrower range can be missed."
    )
    apart = (shown[0][2].rates[-1] / shown[0][2].rates[0]) ** (1 / (COARSE - 1)) - 1
    st.markdown(said.format(count=COARSE, apart=apart))
    if goal_of(race) == "height":
        said = _(
            "The range holds the rates around the best one with at most twice its score; a score "
            "below {floor:g} counts as that, which is rounding. A run that ends outside of the "
            "picture has no score."
        )
        st.markdown(said.format(floor=FLOOR))
    if any(one.best is None for _name, _others, one in shown):
        st.markdown(
            _(
                "An optimizer without a best rate comes near enough with none of them: it races as "
                "it is."
            )
        )


def _rate(one: Tuned) -> str:
    """The best rate, and whether it is the last one of the slider."""
    edge = one.best in (one.rates[0], one.rates[-1])
    said = short(one.best or 0.0)
    return _("{rate} (edge of the slider)").format(rate=said) if edge else said


def _width(one: Tuned) -> str:
    low, high = one.good or (1.0, 1.0)
    return f"{short(low)} – {short(high)} (×{short(high / low)})"


def _race_so(found: list[Tuned | None]) -> None:
    session.change(lambda race, value: at_best(race, value), found)
    session.go_to("pages/compare.py")


# One knob.


def one_knob(race: Race) -> None:
    """Every lane along one knob."""
    can = {name: knob for lane in race.lanes for name, knob in knobs_for(race, lane).items()}
    name = race.many.over[0] if race.many.over and race.many.over[0] in can else next(iter(can))
    session.show_value("along", name)
    st.selectbox(
        _("Knob"),
        [*can],
        key="along",
        format_func=lambda name: knob_label(can[name]),
        on_change=lambda: session.change(_along_knob, st.session_state["along"]),
    )
    goal, bounded = goal_of(race), floor_of(race.surface).lowest is not None
    found, looks = (
        along(race, name, KNOB_POINTS, goal),
        styles([lane.kind.look for lane in race.lanes]),
    )
    shown = [
        (n, look, one)
        for n, look, one in zip(lane_labels(race.lanes), looks, found, strict=True)
        if one is not None
    ]
    log = is_log(can[name])
    said = _("The score of each optimizer along {knob}; a ring marks the current value.").format(
        knob=knob_label(can[name])
    )
    draw = partial(knob_figure, shown, knob_label(can[name]), log, goal, bounded)
    plots.plot("knob", draw, said, height=FIGURE_HEIGHT, save="knob")


def _along_knob(race: Race, name: str) -> Race:
    other = next(
        (knob for knob in race.many.over if knob != name), "lr" if name != "lr" else "gamma"
    )
    return race.replace(over=(name, other))


# The map.


def knob_pickers(race: Race) -> tuple[int, str, str] | None:
    """The lane of the map, and the knobs along its sides; None when it has not two."""
    ids, names = lane_ids(race.lanes), lane_labels(race.lanes)
    at = (
        ids.index(race.inside.follow[0])
        if race.inside.follow and race.inside.follow[0] in ids
        else with_two_knobs(race)
    )
    can = knobs_for(race, race.lanes[at])
    across, up = _along(race, [*can])
    for column, (key, label, options, held, words) in zip(
        st.columns(3),
        (
            ("map lane", _("Optimizer"), ids, ids[at], dict(zip(ids, names, strict=True))),
            (
                "map across",
                _("Horizontal axis"),
                [*can],
                across,
                {name: knob_label(knob) for name, knob in can.items()},
            ),
            (
                "map up",
                _("Vertical axis"),
                [*can],
                up,
                {name: knob_label(knob) for name, knob in can.items()},
            ),
        ),
        strict=True,
    ):
        session.show_value(key, held)
        column.selectbox(
            label,
            options,
            key=key,
            format_func=lambda name, words=words: str(words.get(name)),
            on_change=_pick,
        )
    return None if across is None or up is None or across == up else (at, across, up)


def _along(race: Race, can: list[str]) -> tuple[str | None, str | None]:
    """The knobs of the link as far as the lane has them, else its first two."""
    asked = [name for name in race.many.over if name in can]
    rest = [name for name in can if name not in asked]
    both = (
        (*asked, *rest, None, None)
        if race.many.over[:1] == tuple(asked[:1])
        else (*rest[:1], *asked, *rest[1:], None, None)
    )
    return both[0], both[1]


def _pick() -> None:
    follow, across, up = (st.session_state[key] for key in ("map lane", "map across", "map up"))
    session.change(
        lambda race, _v: race.replace(follow=(follow,), over=(across, up) if across and up else ()),
        None,
    )


def two_knobs(race: Race) -> None:
    """What becomes of a lane over two of its knobs."""
    chosen = knob_pickers(race)
    if chosen is None:
        st.markdown(_("A map needs two different knobs. Choose an optimizer and two of its knobs."))
        return
    _heat_map(race, "map", *chosen)
    st.markdown(_("Hover over a point to see its run; click it to race with those values."))


def _heat_map(
    race: Race, key: str, at: int, across: str, up: str, tried: Searches | None = None
) -> None:
    """The map of two knobs of the lane at `at`, with the places that searches tried."""
    lane, goal, bounded = race.lanes[at], goal_of(race), floor_of(race.surface).lowest is not None
    knobs = [knobs_for(race, lane)[name] for name in (across, up)]
    labels = [knob_label(knob) for knob in knobs]
    ranges = [(value_at(knob, 0.0), value_at(knob, 1.0)) for knob in knobs]
    sides = Sides(labels, ranges, [is_log(knob) for knob in knobs])
    limit = edge(race, lane, across, up, LIMIT_POINTS)
    said = _("{goal} of {name} over {across} and {up}.").format(
        goal=goal_title(goal, bounded),
        name=lane_labels(race.lanes)[at],
        across=labels[0],
        up=labels[1],
    )
    plots.heat_map(
        key,
        lambda mode: map_figure(sides, limit, goal, bounded, mode, tried),
        said,
        height=FIGURE_HEIGHT + 80,
        save=key,
        numbers=_numbers(
            race.replace(picture="map"), at, (64, 256), goal=race.many.goal, over=(across, up)
        ),
        pick=lambda x, y: _race_at(at, (across, up), (x, y)),
    )


def _numbers(race: Race, at: int, sides: tuple[int, ...], **more: Any) -> dict[str, Any]:
    """What a heat map needs to be filled: of the lane at `at`, for what the race shows."""
    words = {
        "stop": _("Stop"),
        "on": _("Resume"),
        "race": _("Race with these settings"),
        "again": _("Tap again to race from this point."),
        "progress": _("Runs completed"),
        "best": _("Best of {count} runs: {said}.") if more else "",
        "none": _("Every run on this map diverges or does not get near enough."),
    }
    return {
        "address": f"{maps.map_address(race, at, **more)}&lang={language()}",
        "sides": sides,
        "words": words,
    }


def _race_at(at: int, keys: tuple[str, ...], values: tuple[float, float]) -> None:
    """Race a place of a map: its knobs become the lane's own, or the surface's; without knobs, it
    is the start.
    """
    session.change(lambda race, place: maps.at_cell(race, at, keys, place), values)
    session.go_to("pages/compare.py")


# The search.


def search(race: Race) -> None:
    """Grid, random and coarse to fine with the same budget on the same map, and over many seeds."""
    chosen = knob_pickers(race)
    if chosen is None:
        st.markdown(_("A map needs two different knobs. Choose an optimizer and two of its knobs."))
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        _picker(race, "tries", _("Runs per search"), {tries: str(tries) for tries in TRIES})
    right.button(_("Resample"), key="draw again", on_click=_next_seed)
    at, across, up = chosen
    lane, goal, bounded = race.lanes[at], goal_of(race), floor_of(race.surface).lowest is not None
    found = searched(race, lane, across, up, goal)
    _heat_map(race, "search", at, across, up, found)
    said = _("Best score so far of each search, over {n} seeds: the median and the middle 80 %.")
    draw = partial(best_figure, found, goal, bounded)
    plots.plot("best", draw, said.format(n=SEEDS), height=FIGURE_HEIGHT, save="search")
    st.markdown(said.format(n=SEEDS))
    spread = [_("10th percentile"), _("median"), _("90th percentile")]
    heads = [_("Search"), _("this sample"), *spread]
    best = {name: float(one.goals.min()) for name, one in found.items()}
    _table(
        heads,
        [
            [strategy_title(n), short(best[n]), *map(short, one.best[:, -1])]
            for n, one in found.items()
        ],
    )


def _next_seed() -> None:
    session.change(lambda race, step: race.replace(seed=race.many.seed % MOST_SEED + step), 1)


# Every start in view.


def all_basins(race: Race) -> None:
    """Where every lane ends from every start in view, and the share of the area that each minimum
    has.
    """
    names, floor = lane_labels(race.lanes), floor_of(race.surface)
    if not len(floor.places):
        st.markdown(_("This surface has no minimum, so it has no basins."))
        return
    (left, right), (bottom, top) = view = race.surface.view
    with st.grid("auto", min_column_width=330):
        for at, (key, name) in enumerate(zip(lane_ids(race.lanes), names, strict=True)):
            with st.container():
                plots.heat_map(
                    f"basins--{key}",
                    partial(basin_figure, view, floor.numbered, name),
                    _("Basins of {name}.").format(name=name),
                    height=round(min(420, 360 * (top - bottom) / (right - left)) + 70),
                    save=f"basins-{key}",
                    numbers=_numbers(race, at, (64, 128)),
                    pick=lambda x, y: _race_at(0, (), (x, y)),
                )
    said = (
        _(
            "Coloured: after {steps} steps the run is within {near:.0%} of the picture of that "
            "minimum. Grey: it is near none. Paler: more steps. Click to start a race there."
        )
        if floor.isolated
        else _(
            "The minima form a curve or a region, numbered once. Coloured: after {steps} steps "
            "the run is in the picture and f is within {tolerance} of f*. Grey: it is not. Paler: "
            "more steps. Click to start a race there."
        )
    )
    st.markdown(said.format(steps=race.steps, near=NEAR, tolerance=f"{race.tolerance:g}"))
    minima = [f"**{k + 1}** {place(at)}" for k, at in enumerate(map(tuple, floor.numbered))]
    if not floor.isolated:
        minima[0] = "**1** " + _("the curve or region of minima")
    shares = [[f"{share:.1%}" for share in maps.shares(race, at)] for at in range(len(race.lanes))]
    rows = [[plain(name), *row] for name, row in zip(names, shares, strict=True)]
    _table([_("Share of the area"), *minima, _("none")], rows)


def success_view(race: Race) -> None:
    """How often each lane comes near enough, from a lattice of starts and from random ones."""
    if floor_of(race.surface).lowest is None:
        st.markdown(_("This surface has no minimum, so no run can reach one."))
        return
    names, looks = lane_labels(race.lanes), styles([lane.kind.look for lane in race.lanes])
    found = [ends_of(race, lane) for lane in race.lanes]
    shown = list(zip(names, looks, found, strict=True))
    said = _("Final f of each optimizer, from its best start to its worst.")
    plots.plot(
        "ends",
        partial(ends_figure, shown, race.tolerance),
        said,
        height=FIGURE_HEIGHT,
        save="success",
    )
    count, draws = found[0].heights.size, found[0].draws.size
    heads = [
        _("Optimizer"),
        _("f within {tolerance} of f* at some step, from {count} starts (95 % CI)").format(
            count=count, tolerance=f"{race.tolerance:g}"),
        _("median number of steps"),
        _("and at the last step"),
        _("{count} samples of 100 random starts: minimum, median, maximum").format(count=draws),
    ]  # fmt: skip
    rows = [
        [
            plain(name),
            _share(one.success),
            short(one.success.median),
            _share(one.at_the_end),
            _spread(one.draws),
        ]
        for name, _l, one in shown
    ]
    _table(heads, rows)
    st.button(_("Resample"), key="draw starts", on_click=_next_seed)


def _share(came: Success) -> str:
    return f"{came.fraction:.1%} ({came.low:.1%} – {came.high:.1%})"


def _spread(draws: np.ndarray) -> str:
    return " · ".join(f"{share:.0%}" for share in np.quantile(draws, (0.0, 0.5, 1.0)))
