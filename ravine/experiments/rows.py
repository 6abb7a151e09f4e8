"""A row for each part of a link: everything that is decided about that part, in one place."""

from typing import Any, NamedTuple

from ravine.experiments.formats import Format


class LinkRow(NamedTuple):
    """One part of a link, and the field of the race that it holds.

    A field whose value is None, or is as usual, is not written.
    """

    name: str  # in the link
    field: str  # in the race: of its run, or of one of its views
    format: Format
    survives: bool = True  # whether it stays when another surface is chosen
    by_arena: bool = False  # whether it is turned on the picture, and not by a control of the page

    def read(self, text: str) -> Any:
        """The value that is written so, in the range of the format. Raises ValueError."""
        value = self.format.read(self.name, text)
        self.format.check(self.name, value)
        return value

    def write(self, value: Any) -> str:
        """The text of a value; nothing for None."""
        return "" if value is None else self.format.write(value)

    def check(self, value: Any) -> None:
        """Raises ValueError, with a sentence for a reader, for a value that is not allowed."""
        if value is not None:
            self.format.check(self.name, value)
