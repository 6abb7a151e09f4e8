"""The frame around every page: its title, its language, its menu."""

import streamlit as st

from ravine.core.words import _, speak
from ravine.ui import session
from ravine.ui.head import page_head

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 40" width="150" height="40">
<g fill="none" stroke="#3f86e8" stroke-width="2.4"><ellipse cx="20" cy="20" rx="18" ry="12"/>
<ellipse cx="20" cy="20" rx="10.5" ry="6.5"/></g><path
d="M5 8l6 19 6-11 4 6 3-3" fill="none" stroke="#e0456f"
stroke-width="2.6" stroke-linejoin="round"/><circle cx="24" cy="19" r="3.2" fill="#e0456f"/>
<text x="48" y="29" font-family="Source Sans, Arial, sans-serif" font-size="27" font-weight="700"
fill="#3f86e8">Ravine</text>
</svg>"""
ICON = LOGO.replace('viewBox="0 0 150 40" width="150"', 'viewBox="0 0 40 40" width="40"')


def show_page() -> None:
    """Draw the page that the address asks for, in the visitor's language."""
    speak(session.asked_language() or st.context.locale)
    st.set_page_config(page_title=_("Ravine: race the optimizers"), page_icon="🏔️", layout="wide")
    st.logo(LOGO, size="large", icon_image=ICON)
    _come_back()
    titles = {
        "pages/compare.py": _("Compare"),
        "pages/inside.py": _("Inside the step"),
        "pages/many.py": _("Many runs"),
        "pages/verified.py": _("Verified"),
    }
    pages = {file: st.Page(file, title=title) for file, title in titles.items()}
    page = st.navigation([*pages.values()], position="hidden" if st.context.is_embedded else "top")
    page_head(titles, next(file for file, one in pages.items() if one == page))
    session.go_to_pending_page()
    page.run()


@st.fragment(run_every="24h")
def _come_back() -> None:
    """Let the page run again when its server is another one.

    A browser that was disconnected asks for that by itself only while a part of the page runs by
    the clock. Otherwise it keeps the picture, and the sliders speak to a server that does not know
    them.
    """
