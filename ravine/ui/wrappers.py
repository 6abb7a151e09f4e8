"""The controls of what stands around the rules: clipping, weight decay, a schedule of the learning
rate.
"""

import functools

import streamlit as st

from optim.wrappers import FAMILIES, WRAPPERS
from ravine.core.knob import knobs
from ravine.core.words import N_, _
from ravine.experiments.lanes import Lane, Wrap, with_wrap, wrap_of
from ravine.experiments.race import Race
from ravine.payload import sliders
from ravine.payload.names import knob_label, lane_ids, lane_labels
from ravine.ui import session
from ravine.ui.controls import about, slider

NO_WRAPPER = "nothing"
WHICH = "around"  # the control that says around which lane
TITLES = {
    "clipping": N_("Gradient clipping"),
    "decay": N_("Weight decay"),
    "schedule": N_("Learning-rate schedule"),
}


def around_controls(race: Race) -> None:
    """What stands around one rule of the race, or around all of them, and its sliders."""
    chosen = any(racer.wraps for racer in race.lanes)
    box = st.expander(
        _("Clipping, decay, schedule"), expanded=chosen, key="wrapped", on_change="rerun"
    )
    if box.open:
        with box:
            which = _which(race)
            for family in FAMILIES:
                _family(race, which, family)


def _which(race: Race) -> str:
    names = {
        sliders.ALL: _("All optimizers"),
        **dict(zip(lane_ids(race.lanes), lane_labels(race.lanes), strict=True)),
    }
    if st.session_state.get(WHICH) not in names:
        session.show_value(WHICH, _first(race))
    return st.selectbox(
        _("Apply to"), list(names), key=WHICH, format_func=lambda key: names.get(key) or key
    )


def _first(race: Race) -> str:
    """All lanes, if the same stands around each; otherwise the first one around which something
    stands.
    """
    alike = all(racer.wraps == race.lanes[0].wraps for racer in race.lanes)
    held = (key for key, racer in zip(lane_ids(race.lanes), race.lanes, strict=True) if racer.wraps)
    return sliders.ALL if alike else next(held)


def _family(race: Race, which: str, family: str) -> None:
    """What of one family stands around these lanes: a menu, and a slider for each knob."""
    held = [wrap_of(racer, family) for racer in _lanes(race, which)]
    slugs = {wrap.slug if wrap else NO_WRAPPER for wrap in held}
    key = f"around--{family}"
    session.show_value(key, slugs.pop() if len(slugs) == 1 else None)
    st.selectbox(
        _(TITLES[family]),
        [NO_WRAPPER, *(slug for slug, kind in WRAPPERS.items() if kind.family == family)],
        key=key,
        format_func=_title,
        placeholder=_("Mixed"),
        on_change=lambda: session.change(
            functools.partial(_put, which, family), st.session_state[key]
        ),
    )
    slug = st.session_state[key]
    for name, knob in knobs(WRAPPERS[slug]).items() if slug in WRAPPERS else ():
        slider(f"with--{which}--{slug}--{name}", knob_label(knob), about(knob))


def _title(slug: str) -> str:
    return _(WRAPPERS[slug].title) if slug in WRAPPERS else _("None")


def _lanes(race: Race, which: str) -> list[Lane]:
    ids = lane_ids(race.lanes)
    return [
        racer for key, racer in zip(ids, race.lanes, strict=True) if which in (sliders.ALL, key)
    ]


def _put(which: str, family: str, race: Race, slug: str) -> Race:
    wrap = Wrap(slug) if slug in WRAPPERS else None
    return sliders.each(race, which, lambda racer: with_wrap(racer, family, wrap))
