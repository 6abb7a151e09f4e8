"""One visitor's race: read from the address, changed by controls, written back to the address.

The race in the session is the truth; controls only show it and report changes (`change`), and the address is its
picture. An address that the visitor edits, or steps back to, is opened; one that cannot be opened is said so.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from experiments.link import FOREIGN, decode, encode
from experiments.race import Race, checked, default_race

RACE, LINK, TURNED, OPENED, COMPLAINT = "race", "link", "turned", "opened", "complaint"


def race() -> Race:
    """The race of this visitor, opened from the address when that is new."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    turned = st.session_state.pop(TURNED, False)
    if RACE not in st.session_state or (not turned and _ours(query) != st.session_state[LINK]):
        _open(query)
    return st.session_state[RACE]


def change(**fields: Any) -> None:
    """Change the race, from a control's callback. A change that is out of range is refused with a sentence."""
    try:
        st.session_state[RACE] = checked(st.session_state[RACE]._replace(**fields))
        st.session_state.pop(COMPLAINT, None)
    except ValueError as error:
        st.session_state[COMPLAINT] = (str(error), None)
    st.session_state[TURNED] = True


def reopen(race: Race) -> None:
    """Put another race in the place of this one: the picture starts anew, whole and at its last step."""
    change(**race._asdict())
    st.session_state[OPENED] += 1


def opened() -> int:
    """How many races this visitor has opened: the arena takes step and zoom from a race when it is newly opened."""
    return st.session_state[OPENED]


def complaint() -> tuple[str, str | None] | None:
    """What was wrong with the last link or change: a sentence, and the link as it came."""
    return st.session_state.get(COMPLAINT)


def publish(race: Race) -> None:
    """Let the address hold the whole race. Others' parameters (lang) stay."""
    link = encode(race)
    st.session_state[LINK] = link
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if _ours(query) != link:
        st.query_params.from_dict({"lang": query["lang"], **link} if "lang" in query else link)


def seed(key: str, value: Any) -> None:
    """Let the control called `key` show `value`. Nothing is sent when it shows it already."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _open(query: Mapping[str, list[str]]) -> None:
    st.session_state.pop(COMPLAINT, None)
    try:
        opened = decode(query)
    except ValueError as error:
        opened = default_race()
        st.session_state[COMPLAINT] = (str(error), _written(query))
    st.session_state[RACE] = opened
    st.session_state[LINK] = encode(opened)
    st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1


def _ours(query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Without what others put into an address."""
    return {name: values for name, values in query.items() if name not in FOREIGN and not name.startswith("utm_")}


def _written(query: Mapping[str, list[str]]) -> str:
    text = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    return text if len(text) <= 400 else f"{text[:397]}..."


