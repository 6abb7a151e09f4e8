"""Which of the races worth seeing a race is: its title and sentence stand above the picture."""

from typing import NamedTuple

from ravine.experiments.formats import Choice
from ravine.experiments.presets import PRESETS
from ravine.experiments.rows import LinkRow

NO_CHAPTER = ""
CHAPTERS = {preset.slug: preset for preset in PRESETS}


class GalleryView(NamedTuple):
    """Where in the gallery a race stands."""

    chapter: str = NO_CHAPTER  # the preset that was opened, by its slug


GALLERY_ROWS = (LinkRow("chapter", "chapter", Choice((NO_CHAPTER, *CHAPTERS)), survives=False),)
