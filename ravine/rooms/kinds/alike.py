"""Questions that are the same for everybody."""


class AskedAlike:
    """A kind of answer of which no phone is handed a part of its own."""

    def handed(self, key: str) -> int | None:
        """The one answer that the phone of this key may give; None where it may give any."""
        return None
