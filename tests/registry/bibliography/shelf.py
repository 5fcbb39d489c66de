"""What the tests of the readers share: reading made-up files, and the parts of what came of it."""

from registry.bibliography.entry import Entry, NotUnderstood
from registry.bibliography.reading import read


def all_of(data: bytes | str, name: str = "") -> list[Entry | NotUnderstood]:
    return list(read(data.encode() if isinstance(data, str) else data, name=name).entries)


def entries(data: bytes | str, name: str = "") -> list[Entry]:
    """The entries of a file in which all is understood."""
    found = all_of(data, name)
    assert [one for one in found if isinstance(one, NotUnderstood)] == []
    return [one for one in found if isinstance(one, Entry)]


def only(data: bytes | str, name: str = "") -> Entry:
    found = entries(data, name)
    assert len(found) == 1
    return found[0]


def ids(entry: Entry) -> list[str]:
    return [f"{one.scheme}:{one.value}" for one in entry.identifiers]
