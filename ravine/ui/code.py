"""A lane in other people's words: the script that prints its path in PyTorch, Keras and optax."""

import streamlit as st

from optim import DIALECTS, FORMS, Optimizer
from ravine.core.knob import knobs
from ravine.core.words import _, speak
from ravine.experiments.frameworks import FRAMEWORKS, Framework, refused_values, script
from ravine.experiments.lanes import same_values
from ravine.experiments.race import Lane, Race, settings
from ravine.ui import session


def show_code(lane: Lane) -> None:
    """Open a window with a script for each framework, which can be copied with one press."""
    speak(st.session_state[session.LANGUAGE])
    st.dialog(_("{rule} in code").format(rule=lane.kind.title), width="large")(_scripts)(lane)


def _scripts(lane: Lane) -> None:
    race = session.current()
    if lane.wraps:
        st.info(_("The scripts contain the rule alone, without clipping, decay or schedule."))
    for framework, tab in zip(
        FRAMEWORKS, st.tabs([DIALECTS[name] for name in FRAMEWORKS]), strict=True
    ):
        with tab:
            _script(race, lane, framework)


def _script(race: Race, lane: Lane, framework: Framework) -> None:
    spoken = spoken_by(lane, framework)
    words = {"framework": DIALECTS[framework], "rule": lane.kind.title}
    if spoken is None:
        st.markdown(_("{framework} does not provide {rule}.").format(**words))
        return
    kind, values = _form(race, spoken)
    if refused := refused_values(kind(**values), framework):
        st.warning(refused)
        return
    if spoken == lane and lane.wraps:
        said = _("It prints the path of the rule alone, line by line: step x1 x2 f.")
    elif spoken == lane:
        said = _("It prints the numbers of this path, line by line: step x1 x2 f.")
    else:
        said = _(
            "With the same values {framework} uses another form: choose its dialect to see "
            "this path."
        )
    st.markdown(said.format(**words))
    st.code(text(race, spoken, framework), language="python")


def spoken_by(lane: Lane, framework: Framework) -> Lane | None:
    """The lane in a form that a framework has a call for: itself if it can be, None when there is
    no such form.
    """
    if lane.kind.form is None or framework in lane.kind.form.calls:
        return lane
    spoken = [
        kind for kind in FORMS[lane.rule] if framework in kind.calls and framework in kind.dialects
    ]
    return same_values(lane, framework) if spoken else None


def text(race: Race, lane: Lane, framework: Framework) -> str:
    """The script of a lane in this race."""
    kind, values = _form(race, lane)
    return script(kind, values, race.surface, race.start, race.steps, framework)


def _form(race: Race, lane: Lane) -> tuple[type[Optimizer], dict[str, float]]:
    """The form of a lane, and the values of its knobs."""
    kind = type(lane.kind.build(lane.own))
    return kind, {name: v for name, v in settings(race, lane).items() if name in knobs(kind)}
