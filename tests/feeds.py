"""Reading feeds as their readers do: by feedparser, by an XML parser, and as JSON."""

import json
from dataclasses import dataclass
from typing import Any

import feedparser
from django.test import Client
from lxml import etree

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@dataclass(frozen=True)
class Read:
    """A feed in both forms, which say the same."""

    atom: Any  # what feedparser makes of it
    tree: etree._Element
    json: dict[str, Any]

    @property
    def titles(self) -> list[str]:
        return [entry["title"] for entry in self.json["items"]]

    @property
    def ids(self) -> list[str]:
        return [entry["id"] for entry in self.json["items"]]

    @property
    def contents(self) -> list[str]:
        return [entry["content_html"] for entry in self.json["items"]]


def read(path: str, query: str = "", client: Client | None = None) -> Read:
    """The feed at `path` without its form, as both forms have it."""
    client = client or Client()
    atom = client.get(f"{path}.atom{query}")
    told = client.get(f"{path}.json{query}")
    assert atom.status_code == told.status_code == 200
    assert atom["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert told["Content-Type"] == "application/feed+json; charset=utf-8"
    parsed = feedparser.parse(atom.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    tree = etree.fromstring(atom.content, etree.XMLParser(resolve_entities=False))
    form = json.loads(told.content)
    assert form["version"] == "https://jsonfeed.org/version/1.1"
    assert [entry.id for entry in parsed.entries] == [item["id"] for item in form["items"]]
    written = tree.xpath("a:entry/a:title/text()", namespaces=ATOM)
    assert written == [item["title"] for item in form["items"]]
    assert len(set(tree.xpath("a:entry/a:id/text()", namespaces=ATOM))) == len(form["items"])
    return Read(parsed, tree, form)
