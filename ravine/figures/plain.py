"""Figures as plain dictionaries, for those that are drawn while somebody waits: building Plotly's
objects takes longer than all the rest. The tests build them, which checks every name and value.
"""

import base64
import json
from typing import Any, TypeAlias

import numpy as np

# {"data": [...], "layout": {...}}, as `plotly.graph_objects.Figure` takes it
Plain: TypeAlias = dict[str, Any]


def to_json(figure: Plain) -> bytes:
    """The figure as plotly.js reads it. Arrays are sent as their bytes, as Plotly's own `to_json`
    does.
    """
    return json.dumps(figure, default=_typed_array, allow_nan=False, separators=(",", ":")).encode()


def json_literal(text: str) -> str:
    """What a visitor wrote, as Plotly shows it letter for letter: in its texts some HTML means
    something.

    >>> json_literal("<b>a</b> & b")
    '&lt;b&gt;a&lt;/b&gt; &amp; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _typed_array(array: np.ndarray) -> dict[str, str] | list:
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        raise TypeError(f"a figure has no place for {array!r}")
    if not array.size:
        return []
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    spec = {"dtype": f"f{array.itemsize}", "bdata": base64.b64encode(little.tobytes()).decode()}
    return spec | ({"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {})
