"""Ravine as a library: run update rules on surfaces, and write races as links.

>>> import ravine
>>> rule = ravine.rule("gradient_descent", lr=0.4)
>>> trace = ravine.run(rule, ravine.surface("ravine"), start=(-5.0, -2.0), steps=20)
>>> trace.x.shape, [round(float(c), 6) for c in trace.x[-1]]
((21, 2), [-0.943467, -7.3e-05])

The names are looked up when they are first used: `optim` and `surfaces`, which stand beside this
package, are made of its parts.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optim import around as around
    from optim import build as rule  # noqa: F401
    from optim import typed as typed_rule  # noqa: F401
    from ravine.experiments.link import decode as decode
    from ravine.experiments.link import encode as encode
    from ravine.experiments.race import Lane as Lane
    from ravine.experiments.race import Race as Race
    from ravine.experiments.race import default_race as default_race
    from ravine.experiments.race import lane as lane
    from ravine.experiments.race import run_race as run_race
    from ravine.experiments.trace import Trace as Trace
    from ravine.experiments.trace import run as run
    from surfaces import build as surface  # noqa: F401
    from surfaces import turned as turned
    from surfaces import typed as typed_surface  # noqa: F401

__version__ = "0.2.0"

_FACADE = {
    "rule": "optim.build",
    "typed_rule": "optim.typed",
    "around": "optim.around",
    "surface": "surfaces.build",
    "typed_surface": "surfaces.typed",
    "turned": "surfaces.turned",
    "run": "ravine.experiments.trace.run",
    "Trace": "ravine.experiments.trace.Trace",
    "Race": "ravine.experiments.race.Race",
    "Lane": "ravine.experiments.race.Lane",
    "lane": "ravine.experiments.race.lane",
    "default_race": "ravine.experiments.race.default_race",
    "run_race": "ravine.experiments.race.run_race",
    "encode": "ravine.experiments.link.encode",
    "decode": "ravine.experiments.link.decode",
}
__all__ = list(_FACADE)


def __getattr__(name: str) -> Any:
    if name not in _FACADE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _FACADE[name].rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
