"""XML of a source, read without anything that it refers to; names without their namespace. Pure."""

from typing import Any

from lxml import etree

from registry.sources.errors import Nonsense

Element = Any
"""An element of lxml, which has no type information."""
MOST_ELEMENTS = 300_000


def tree(answer: bytes, source: str) -> Element:
    """The root of the XML that `answer` is. Raises Nonsense; entities and DTDs are never read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(answer, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    # Harvesters cut records out of their envelope, and lose the names of namespaces with it.
    if root is None or any(
        error.domain != etree.ErrorDomains.NAMESPACE
        for error in parser.error_log.filter_from_errors()
    ):
        raise Nonsense(source, "it is not the XML that was promised")
    if root.getroottree().docinfo.doctype:
        raise Nonsense(source, "it declares a document type, as no answer does")
    for number, element in enumerate(root.iter("*")):
        if number > MOST_ELEMENTS:
            raise Nonsense(source, "it is far too long")
        element.tag = etree.QName(element).localname.rpartition(":")[2]
    return root


def say(parent: Element | None, path: str) -> str:
    """The text of the first element at `path`, with that of its children; or nothing."""
    found = None if parent is None else parent.find(path)
    return "" if found is None else "".join(found.itertext()).strip()


def says(parent: Element, path: str) -> list[str]:
    """The texts of all elements at `path` that have one."""
    found = ["".join(one.itertext()).strip() for one in parent.findall(path)]
    return [one for one in found if one]


def markup(parent: Element | None, path: str) -> str:
    """What is inside the first element at `path`, with its tags, to be made readable."""
    found = None if parent is None else parent.find(path)
    if found is None:
        return ""
    inner = [etree.tostring(child, encoding="unicode") for child in found]
    return _escaped(found.text) + "".join(inner)


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")
