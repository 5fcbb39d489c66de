"""What can go wrong with a source of metadata, as sentences that say what to do. Pure."""

from datetime import datetime


class SourceError(Exception):
    """A source gave no metadata. The text is for people; it holds no address and no key."""


class SourceAway(SourceError):
    """The source does not answer now; `until` is when it is asked again, where that is known."""

    def __init__(self, source: str, why: str = "does not answer now", *,
                 until: datetime | None = None) -> None:  # fmt: skip
        self.until = until
        again = f"It is asked again after {until:%H:%M} UTC" if until else "It is asked again later"
        super().__init__(f"{source} {why}. {again}; until then, type in what you know yourself.")


class NotKnown(SourceError):
    """The source answered that it has no such work."""

    def __init__(self, source: str, identifier: str) -> None:
        shown = identifier if len(identifier) <= 80 else f"{identifier[:80]}…"
        super().__init__(
            f"{source} does not know “{shown}”. Check how it is written, or type in the paper "
            "by hand."
        )


class Nonsense(SourceError):
    """The source answered with something that is no metadata."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(
            f"{source} answered with something that cannot be read: {why}. Type in the paper by "
            "hand, or try again tomorrow."
        )
