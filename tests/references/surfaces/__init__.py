"""What is known of surfaces elsewhere, and what their lessons claim. A file is called as the surface and has

MINIMA, the global ones with their heights: [(place, height)];
HIGHER, if there are any, the other minima in view; COUNT, if they are many, how many minima are in view;
VALUES, heights worked out by hand: [(place, height)]; RIPPLES, what of minima nobody could see, and none are listed;
lesson, a function that raises AssertionError unless the sentence under the surface's title is true: of the race
with which the surface opens (`_opened`), and of the surface itself.
"""

import sys
from typing import Any

from tests.references import by_name

REFERENCES = by_name(sys.modules[__name__])


def told(name: str) -> dict[str, Any]:
    """Slug -> what the files that have it say under a name."""
    return {
        slug: getattr(module, name) for slug, module in REFERENCES.items() if hasattr(module, name)
    }
