"""Where a visitor types an update rule of their own and races it."""

import streamlit as st

from ravine.core.formula import FormulaError, Rule
from ravine.core.formula.grammar import FUNCTIONS
from ravine.core.words import N_, _
from ravine.experiments.kinds import rule_of_text
from ravine.experiments.lanes import knobs_of, typed_lane
from ravine.experiments.race import Lane, Race
from ravine.payload import sliders
from ravine.payload.names import lane_ids, lane_labels, plain
from ravine.ui import session

DRAFT, KEPT_DRAFT, TARGET, NEW = "draft", "kept draft", "draft for", "new"
WIDEST = 160  # characters of a line that is shown with the place of what is wrong
RULE_EXAMPLES = {
    N_("Adam"): (
        "m = beta1*m + (1 - beta1)*g\n"
        "s = beta2*s + (1 - beta2)*g**2\n"
        "x = x - lr * (m / (1 - beta1**t)) / (sqrt(s / (1 - beta2**t)) + eps)"
    ),
    N_("Momentum"): "v = gamma*v + lr*g\nx = x - v",
    N_("Nesterov"): "v = gamma*v + lr*grad(x - gamma*v)\nx = x - v",
    N_("Unit steps"): "x = x - lr * g / (norm(g) + eps)",
}


def editor(race: Race) -> None:
    """The text, what it is understood as or where it is wrong, and the button that lets it run.

    Closed it is nothing but its title: what is in it comes when it is opened, and costs a first
    visit nothing.
    """
    typed = [racer for racer in race.lanes if racer.text]
    box = st.expander(
        _("Type your own rule and race it"), expanded=bool(typed), key="editor", on_change="rerun"
    )
    if box.open:
        with box:
            _editor(race, typed)


def _editor(race: Race, typed: list[Lane]) -> None:
    st.markdown(_grammar())
    with st.container(horizontal=True):
        for name, text in RULE_EXAMPLES.items():
            st.button(_(name), key=f"example--{name}", on_click=_draft, args=(text,))
    if DRAFT not in st.session_state:
        _draft(
            st.session_state.get(KEPT_DRAFT) or (typed[0].text if typed else RULE_EXAMPLES["Adam"])
        )
    text = st.text_area(_("Your rule, one assignment per line"), key=DRAFT, height=140)
    # what a widget holds is gone when the visitor looks at another page
    st.session_state[KEPT_DRAFT] = text
    _runs(race, _understood(text))


def _grammar() -> str:
    """What may be written, in Markdown."""
    given = _(
        "Given: `g` the gradient, `x` the point, `t` the number of the step, `f(…)` the height, "
        "`grad(…)`."
    )
    state = _(
        "Whatever you assign is remembered from step to step and starts at 0. Any other"
        " name becomes a knob with a slider."
    )
    allowed = _("Allowed: `+ - * / **`, brackets, `||g||` and {names}.")
    names = f"`{' '.join([*FUNCTIONS, 'norm', 'dot', 'sum', 'mean'])}`"
    pasted = _("A loop of PyTorch or NumPy may be pasted whole: its update is taken out of it.")
    return f"{given} {state} {allowed.format(names=names)} {pasted}"


def _draft(text: str) -> None:
    st.session_state[DRAFT] = text.replace("; ", "\n")


def _understood(text: str) -> Rule | None:
    """The rule, shown as it is understood; None, and where it is wrong, when it is none."""
    try:
        rule = rule_of_text(text)
    except ValueError as error:
        st.error(plain(str(error)))
        if isinstance(error, FormulaError):
            st.text(pointed(text, error))
        return None
    st.latex(rule.formula)
    return rule


def pointed(text: str, error: FormulaError) -> str:
    """The line that is wrong, cut before the place and with a sign there."""
    lines = text.split("\n")
    line, at = lines[min(error.line, len(lines)) - 1], error.column - 1
    return f"{line[max(0, at - WIDEST) : at]}⟶{line[at : at + WIDEST]}"


def _runs(race: Race, rule: Rule | None) -> None:
    """The button, and which lane it writes to: a new one, or one that is typed already."""
    lanes = zip(lane_ids(race.lanes), lane_labels(race.lanes), race.lanes, strict=True)
    names = {
        NEW: _("A new optimizer"),
        **{key: label for key, label, racer in lanes if racer.text},
    }
    if st.session_state.get(TARGET) not in names:
        session.show_value(TARGET, [*names][-1])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(names) > 1:
            st.selectbox(
                _("Run it as"),
                list(names),
                key=TARGET,
                format_func=lambda key: names.get(key) or key,
            )
        st.button(
            _("Race it"),
            key="race it",
            disabled=rule is None,
            on_click=_race,
        )


def _race() -> None:
    """Let the draft run; the next one will take its place."""
    session.announce(_("Your rule runs in the race."))
    session.reveal()
    session.change(_raced, (st.session_state[DRAFT], st.session_state.get(TARGET, NEW)))
    if st.session_state.get(TARGET, NEW) == NEW:
        st.session_state.pop(TARGET, None)


def _raced(race: Race, said: tuple[str, str]) -> Race:
    text, target = said
    new = typed_lane(text)
    if target == NEW:
        return race.replace(lanes=(*race.lanes, new))
    return sliders.each(race, target, lambda racer: _rewritten(racer, new))


def _rewritten(racer: Lane, new: Lane) -> Lane:
    """The lane with another text; a value that it has for a knob of the same name stays."""
    kept = {name: value for name, value in racer.own.items() if name in knobs_of(new)}
    return racer._replace(text=new.text, own={**new.own, **kept})
