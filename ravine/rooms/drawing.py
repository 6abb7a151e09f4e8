"""The picture of a question: an SVG from whoever opened the room, and so from anybody.

It is read against a closed list and written anew. A phone shows it as an image, in which no browser
runs scripts or loads anything; this is the first of two doors.
"""

import re
import xml.etree.ElementTree as ET

from ravine.core.words import _

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = {
    "svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "text",
    "tspan", "title", "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop",
    "pattern",
}  # fmt: skip
ATTRIBUTES = {
    "id", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy",
    "r", "rx", "ry", "fx", "fy", "d", "points", "transform", "preserveAspectRatio", "offset",
    "gradientUnits", "gradientTransform", "patternUnits", "patternTransform", "clip-path",
    "clipPathUnits", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width",
    "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
    "stop-color", "stop-opacity", "font-family", "font-size", "font-weight", "text-anchor",
    "dominant-baseline", "vector-effect",
}  # fmt: skip
VALUE = re.compile(r"(?!.*(?:\\|&|url\((?!#[\w-]+\)))).*", re.DOTALL | re.IGNORECASE)


def clean_drawing(text: str) -> str:
    """The drawing with nothing in it but shapes and letters. Raises ValueError where it has
    anything else.
    """
    if "<!" in text or "<?" in text:  # no entities, no instructions
        raise ValueError(_("The picture must be a plain SVG, without declarations."))
    try:
        root = ET.fromstring(text)  # noqa: S314 - it declares nothing
    except (ET.ParseError, ValueError):
        raise ValueError(_("The picture must be an SVG.")) from None
    if root.tag != f"{{{SVG}}}svg" or "viewBox" not in root.attrib:
        raise ValueError(_("The picture must be an SVG with a viewBox."))
    for element in root.iter():
        _check(element)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _check(element: ET.Element) -> None:
    name = str(element.tag).removeprefix(f"{{{SVG}}}")
    wrong = [key for key in element.attrib if key not in ATTRIBUTES]
    wrong += [value for value in element.attrib.values() if not VALUE.fullmatch(value)]
    if name not in ELEMENTS or wrong:
        text = _("The picture may not have {what}.")
        raise ValueError(text.format(what=repr((wrong or [name])[0][:40])))
