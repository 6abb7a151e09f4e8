"""What the tests of the pages with plots need: a page by its link, what it says, and what its plots were given."""

import json
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")


def page(name, **query):
    """The page called `name`, run once with this link."""
    test = AppTest.from_file(APP, default_timeout=90)
    for part, values in query.items():
        test.query_params[part] = values
    return sound(test.switch_page(f"pages/{name}.py").run())


def sound(test):
    assert [error.message for error in test.exception] == []
    return test


def plots(test):
    """What each plot was given, by its key."""
    made = [
        one
        for one in test.get("bidi_component")
        if one.proto.component_name.endswith(("plot", "map"))
    ]
    return {
        one.proto.id.split("-plot--")[-1]: json.loads(one.proto.json or one.proto.mixed.json)
        for one in made
    }


def said(test):
    return "\n".join(one.value for one in test.markdown)


def spoken(test):
    """The same without the signs that keep Markdown from reading what is plain text."""
    return re.sub(r"\\([^\w\s])", r"\1", said(test))
