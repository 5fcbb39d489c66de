"""DataCite's XML, kernels 2 to 4, read into the shape of its JSON. Pure.

schema.datacite.org; what it says goes through datacite.py.
"""

from typing import Any

from registry.sources import datacite, trees
from registry.sources.errors import Nonsense
from registry.sources.facts import Facts
from registry.sources.source import DATACITE
from registry.sources.trees import Element, markup, say


def read(answer: bytes) -> Facts:
    """The resource of a record, with or without the envelope of a harvest. Raises Nonsense."""
    root = trees.tree(answer, DATACITE.name)
    resource = root if root.tag == "resource" else root.find(".//resource")
    if resource is None:
        raise Nonsense(DATACITE.name, "it holds no resource")
    return datacite.read(_shape(resource))


def _shape(resource: Element) -> dict[str, Any]:
    kind = resource.find("resourceType")
    return {
        "doi": say(resource, "identifier"),
        "types": {} if kind is None else {"resourceTypeGeneral": kind.get("resourceTypeGeneral")},
        "titles": _listed(resource, "titles/title", "title", "titleType"),
        "creators": [_creator(one) for one in resource.findall("creators/creator")],
        "publisher": say(resource, "publisher"),
        "publicationYear": say(resource, "publicationYear"),
        "dates": _listed(resource, "dates/date", "date", "dateType", "dateInformation"),
        "relatedIdentifiers": _listed(
            resource, "relatedIdentifiers/relatedIdentifier", "relatedIdentifier", "relationType"
        ),
        "rightsList": _listed(resource, "rightsList/rights", "rights", "rightsURI")
        + _listed(resource, "rights", "rights", "rightsURI"),
        "descriptions": _listed(
            resource, "descriptions/description", "description", "descriptionType"
        ),
    }


def _listed(parent: Element, path: str, name: str, *attributes: str) -> list[dict[str, Any]]:
    """Elements as JSON has them: their text under `name`, beside it their attributes."""
    return [
        {name: markup(one, "."), **{_spelled(key): one.get(key) for key in attributes}}
        for one in parent.findall(path)
    ]


def _spelled(attribute: str) -> str:
    return "rightsUri" if attribute == "rightsURI" else attribute


def _creator(one: Element) -> dict[str, Any]:
    name = one.find("creatorName")
    return {
        "name": say(one, "creatorName"),
        "nameType": None if name is None else name.get("nameType"),
        "givenName": say(one, "givenName"),
        "familyName": say(one, "familyName"),
        "nameIdentifiers": [
            {"nameIdentifier": "".join(named.itertext()).strip()}
            for named in one.findall("nameIdentifier")
        ],
    }
