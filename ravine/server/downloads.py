"""What a visitor takes away from a race, by its link: its numbers, its script, and a QR code to
pass the link on.
"""

import gzip
from itertools import groupby

import segno
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ravine.core.words import _, speak
from ravine.experiments.parcel import parcel
from ravine.experiments.race import Race, run_race
from ravine.experiments.record import table
from ravine.experiments.script import script
from ravine.payload.names import lane_names
from ravine.server import assets
from ravine.server.answers import NO_STORE, answer, asked, refusal

LONGEST_QR_TEXT = 2900  # characters of a text in a QR code; the largest one holds 2953 bytes
MOST_QR_BYTES = 4 * LONGEST_QR_TEXT  # of a body; more is no address
QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)


def routes() -> list[Route]:
    """Starlette routes, below /ravine/ like those of `ravine.server.routes`."""
    return [
        Route(assets.address("race.csv"), _csv),
        Route(assets.address("race.py"), _script),
        Route(assets.address("race.zip"), _parcel),
        Route(assets.address("qr.svg"), _qr),
        Route(assets.address("qr.svg"), _qr_of_body, methods=["POST"]),
    ]


def _csv(request: Request) -> Response:
    """The numbers of a race: the race's link and `lang`."""
    try:
        race, _none = asked(request)
        text = table(race, run_race(race), lane_names(race))
    except ValueError as error:
        return refusal(error)
    # A spreadsheet takes a file for UTF-8 only by the mark at its beginning; everyone else is
    # better off without one.
    body = text.encode("utf-8" if text.isascii() else "utf-8-sig")
    return _attachment(request, body, "text/csv; charset=utf-8; header=present", _name(race, "csv"))


def _script(request: Request) -> Response:
    """The script of a race: the race's link and `lang`."""
    try:
        race, _none = asked(request)
        body = script(race).encode()
    except ValueError as error:
        return refusal(error)
    return _attachment(request, body, "text/x-python; charset=utf-8", _name(race, "py"))


def _parcel(request: Request) -> Response:
    """The script of a race with the library that it needs: the race's link and `lang`."""
    try:
        race, _none = asked(request)
        name = _name(race, "zip")
        body = parcel(race, name.removesuffix(".zip"))
    except ValueError as error:
        return refusal(error)
    return _attachment(request, body, "application/zip", name)


def _qr(request: Request) -> Response:
    """A text, the address of a page, as a QR code: `text` and `lang`."""
    speak(request.query_params.get("lang", "")[:20])
    try:
        body = qr(request.query_params.get("text", ""))
    except ValueError as error:
        return refusal(error)
    return answer(request, gzip.compress(body.encode()), "image/svg+xml", "private, max-age=3600")


async def _qr_of_body(request: Request) -> Response:
    """The same of an address that is a secret: no log has what stands in a body, and nobody keeps
    what is answered.
    """
    speak(request.query_params.get("lang", "")[:20])
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > MOST_QR_BYTES:
            break
    try:
        body = await to_thread.run_sync(qr, text.decode("utf-8", "replace"))
    except ValueError as error:
        return refusal(error)
    return answer(request, gzip.compress(body.encode()), "image/svg+xml", NO_STORE)


def qr(text: str) -> str:
    """A web address as a QR code: an SVG without a size, one unit a module, black on white with its
    quiet zone.

    Level M of error correction (15 % may be lost), L (7 %) when the address is too long for that,
    and more where there is room. Raises ValueError, with a sentence for a reader, for what is no
    address or too long.
    """
    if not text.startswith(("http://", "https://")) or not text.isprintable():
        raise ValueError(
            _(
                "A QR code is for an address that begins with http:// or https:// and has only "
                "visible characters."
            )
        )
    rows = _code(text).matrix
    size = len(rows) + 2 * QUIET_ZONE
    dark = "".join(_runs(row, y) for y, row in enumerate(rows, QUIET_ZONE))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{dark}"/></svg>'
    )


def _code(text: str) -> segno.QRCode:
    for level in ("m", "l") if len(text) <= LONGEST_QR_TEXT else ():
        try:
            return segno.make_qr(text, error=level, encoding="utf-8")
        except segno.DataOverflowError:
            continue
    raise ValueError(_("This address is too long for a QR code."))


def _runs(row: bytearray, y: int) -> str:
    """The dark modules of a row as a path: a bar for each that stand side by side."""
    bars, x = [], QUIET_ZONE
    for dark, group in groupby(row):
        width = len([*group])
        if dark:
            bars.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(bars)


def _name(race: Race, kind: str) -> str:
    return f"ravine-{race.surface.slug()}.{kind}"


def _attachment(request: Request, body: bytes, kind: str, name: str) -> Response:
    as_file = f'attachment; filename="{name}"'
    return answer(request, gzip.compress(body), kind, NO_STORE, Content_Disposition=as_file)
