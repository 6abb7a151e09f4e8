"""What is wrong with a typed formula, and where."""

from typing import NamedTuple

from ravine.core.words import _


class Place(NamedTuple):
    """Where a character stands in the text as it was typed, both from 1."""

    line: int
    column: int


START = Place(1, 1)


class FormulaError(ValueError):
    """A formula that cannot be read. Its text is a sentence for the visitor that begins with the
    place.
    """

    def __init__(self, sentence: str, place: Place = START) -> None:
        where = _("Line {line}, column {column}: {sentence}")
        super().__init__(where.format(line=place.line, column=place.column, sentence=sentence))
        self.sentence = sentence
        self.line, self.column = place
