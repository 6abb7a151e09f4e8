"""Write down how near every path comes to what it was checked against: python -m tests.goldens.report."""

import functools
import json

from ravine.experiments.verify import GROUNDS, KINDS, STEPS, VERIFIED, report
from surfaces import SURFACES
from tests.references.rules import BY_HAND, walked


def by_hand(case):
    """The path of a case by the few lines of NumPy that there are for its form; some want the height too."""
    start, _lr = GROUNDS[case.surface]
    return walked(
        case.form, KINDS[case.form](**case.values), SURFACES[case.surface](), start, STEPS
    )


@functools.cache
def told(on=tuple(GROUNDS)):
    """The report on these surfaces."""
    return report(dict.fromkeys(BY_HAND, by_hand), on)


if __name__ == "__main__":
    VERIFIED.write_text(
        json.dumps(told(), indent=1, allow_nan=False, ensure_ascii=False) + "\n", encoding="utf-8"
    )
