"""Which kind of XML a file is, by its root. Pure."""

from registry.bibliography.xml_archives import ACL_ANTHOLOGY, ATOM, OAI, PUBMED
from registry.bibliography.xml_managers import BIBTEXML, ENDNOTE, MODS, WORD
from registry.bibliography.xml_registries import CROSSREF, DATACITE

BY_ROOT = {
    "PubmedArticleSet": PUBMED, "PubmedArticle": PUBMED, "PubmedBookArticle": PUBMED,
    "PubmedBookArticleSet": PUBMED, "MedlineCitationSet": PUBMED, "records": ENDNOTE,
    "collection": ACL_ANTHOLOGY, "volume": ACL_ANTHOLOGY, "feed": ATOM, "entry": ATOM,
    "OAI-PMH": OAI, "ListRecords": OAI, "GetRecord": OAI, "record": OAI, "doi_records": CROSSREF,
    "doi_record": CROSSREF, "crossref": CROSSREF, "crossref_result": CROSSREF,
    "doi_batch": CROSSREF, "resource": DATACITE, "mods": MODS, "modsCollection": MODS,
    "file": BIBTEXML, "Sources": WORD,
}  # fmt: skip
"""The format that a root element is of, by its name without a namespace."""
