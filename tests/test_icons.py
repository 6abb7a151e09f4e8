"""The small font of icons: it has every icon that can be shown, and comes in the place of Streamlit's."""

import pytest
from fontTools.ttLib import TTFont
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ravine.server import assets
from ravine.server.icons import SmallIcons
from tests.icons import STATIC, ligatures, names, streamlits

FONT = "/static/media/MaterialSymbols-Rounded.nEdyypZU.woff2"
SMALLEST_SHARE = 0.05


def outlines(font, glyph):
    return font["glyf"][glyph].getCoordinates(font["glyf"])[0].array


def test_it_has_every_icon_that_the_scripts_and_the_pages_name():
    """When this fails after an update or with a new icon: python -m tests.icons"""
    whole, small = streamlits(), TTFont(assets.ICONS)
    known, ours = ligatures(whole), ligatures(small)
    assert names() - known.keys() <= {"star_filled"}  # Streamlit names one that its font has not
    assert len(names()) > 60
    for name in names() & known.keys():
        assert outlines(small, ours[name]) == outlines(whole, known[name]), name


def test_it_is_small():
    [whole] = (STATIC / "media").glob("MaterialSymbols-Rounded.*.woff2")
    assert assets.ICONS.stat().st_size < SMALLEST_SHARE * whole.stat().st_size


def client(base=""):
    theirs = Starlette(
        routes=[Route("/{path:path}", lambda request: PlainTextResponse(request.url.path))]
    )
    return TestClient(SmallIcons(theirs, base))


@pytest.mark.parametrize("base", ["", "class", "/class/ravine/"])
def test_it_comes_in_the_place_of_streamlits(base):
    below = "/" + base.strip("/") if base else ""
    answer = client(base).get(f"{below}{FONT}")
    assert answer.content == assets.ICONS.read_bytes()
    assert answer.headers["content-type"] == "font/woff2"
    tag = answer.headers["etag"]
    again = client(base).get(f"{below}{FONT}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    # its address stays when it changes
    assert answer.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/static/media/SourceSansVF-Upright.woff2", "/static/media/x/MaterialSymbols-Rounded.a.woff2",
     "/static/media/MaterialSymbols-Rounded.woff", "/elsewhere" + FONT, "/"],
)  # fmt: skip
def test_anything_else_is_streamlits(path):
    assert client().get(path).text == path
