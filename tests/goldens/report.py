"""Write down how near every path comes to what it was checked against: python -m tests.goldens.report.

What has not changed since it was last written down is kept: beside each row's figures stands what they were made
from (`sources`). `python -m tests.goldens.report again` computes everything, about eight minutes.
"""

import ast
import functools
import hashlib
import json
import sys
from pathlib import Path

import optim
import surfaces
from ravine.experiments import verify
from ravine.experiments.verify import EXCEPTIONS, GROUNDS, KINDS, NUMPY, STEPS, VERIFIED, report
from surfaces import SURFACES
from tests.references import rules
from tests.references.rules import BY_HAND, walked

# What all rules, or all surfaces, stand on. The tests run every form on two surfaces anew, so a change there is seen.
SHARED = {"optim", "optim._optimizer", "optim._knobs", "surfaces", "surfaces._surface"}
FOLDERS = {package.__name__: Path(package.__path__[0]) for package in (optim, surfaces, rules)}


def by_hand(case):
    """The path of a case by the few lines of NumPy that there are for its form."""
    start, _lr = GROUNDS[case.surface]
    return walked(
        case.form, KINDS[case.form](**case.values), SURFACES[case.surface](), start, STEPS
    )


@functools.cache
def told(on=tuple(GROUNDS)):
    """The report on these surfaces."""
    return report(dict.fromkeys(BY_HAND, by_hand), on)


def file_of(module):
    """The file of a module of `optim`, `surfaces` or the references; None of any other."""
    package, _, name = module.rpartition(".")
    path = FOLDERS[package] / f"{name}.py" if package in FOLDERS else Path()
    return path if path.is_file() and module not in SHARED else None


def imported(path):
    """The modules that a file takes something from."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def files(module):
    """The file of a module and those of the modules beside it that it is made with, in order."""
    found, waiting = {}, [module]
    while waiting:
        name = waiting.pop()
        if name not in found and (path := file_of(name)):
            found[name] = path
            waiting += imported(path)
    return [found[name] for name in sorted(found)]


def digest(*parts):
    """SHA-256 of files, arrays and everything else as it is written, short."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, Path) else repr(part).encode())
    return whole.hexdigest()[:16]


def sources():
    """What the figures are made from: for each form its rule, its reference and its recorded paths, for each surface
    its module, its tables, and where the runs on it start.
    """
    paths = {}
    for case, script, path in verify.goldens().paths:
        paths.setdefault(case.form, []).append((case.key(), script, path.tobytes()))
    forms = {}
    for form, kind in KINDS.items():
        made = [*files(kind.__module__), *files(f"{rules.__name__}.{kind.slug()}")]
        forms[form] = digest(*made, paths.get(form))
    grounds = {
        slug: digest(*files(kind.__module__), dict(kind.data), GROUNDS.get(slug))
        for slug, kind in SURFACES.items()
    }
    return {"rules": forms, "surfaces": grounds}


def place_of(row):
    return row["form"], row["framework"], row["surface"]


def changed(kept):
    """The forms and the surfaces that are not those from which a report was made."""
    was = kept.get("sources", {"rules": {}, "surfaces": {}})
    return {
        name
        for part, digests in sources().items()
        for name, now in digests.items()
        if was[part].get(name) != now
    }


def compared(places):
    """The comparisons at these places: (form, framework, surface)."""
    recorded = verify.goldens()
    asked = [g for g in recorded.paths if (g.case.form, g.case.framework, g.case.surface) in places]
    found = verify.comparisons(recorded._replace(paths=asked))
    for form, framework, surface in sorted(places):
        if framework == NUMPY:
            found += verify.by_hand({form: by_hand}, (surface,))
    return found


def remade(kept):
    """The report; what it says in `kept` of rules and surfaces that have not changed is not computed again."""
    recorded, new = verify.goldens(), changed(kept)
    places = {(case.form, case.framework, case.surface) for case, _digest, _path in recorded.paths}
    places |= {(form, NUMPY, surface) for form in BY_HAND for surface in GROUNDS}
    rows = {place_of(row): row for row in kept.get("comparisons", ()) if not {*place_of(row)} & new}
    rows |= {place_of(row): row for row in verify.as_rows(compared(places - {*rows}))}
    for place in rows:
        rows[place] = rows[place] | {"exception": EXCEPTIONS.get(place, "")}
    return {
        "sources": sources(),
        "versions": recorded.versions,
        "steps": STEPS,
        "close": verify.CLOSE,
        "comparisons": [rows[place] for place in sorted(places, key=in_order)],
        "inclusions": included(kept, new),
        "gradients": measured(kept, new),
    }


def in_order(place):
    """The frameworks first, then NumPy, each by name."""
    return place[1] == NUMPY, *place


def included(kept, new):
    """What is known of one rule in another, as it was where no rule in it and no surface has changed."""
    rows = {row["sentence"]: row for row in kept.get("inclusions", ())}
    forms = verify.involved()
    stale = {told for told in forms if told not in rows or {*forms[told], *GROUNDS} & new}
    rows |= {row["sentence"]: row for row in verify.as_rows(verify.inclusions(sentences=stale))}
    return [rows[told] for told in forms]


def measured(kept, new):
    """The gradients of all surfaces, as they were where the surface has not changed."""
    rows = {row["surface"]: row for row in kept.get("gradients", ())}
    stale = [slug for slug in SURFACES if slug not in rows or slug in new]
    rows |= {row["surface"]: row for row in verify.as_rows(verify.gradients(stale))}
    return [rows[slug] for slug in SURFACES]


def text(report):
    """A report as its file has it."""
    return json.dumps(report, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    known = {} if sys.argv[1:] == ["again"] else verify.stored()
    VERIFIED.write_text(text(remade(known)), encoding="utf-8")
