"""XML of databases and reference managers; what is broken or hostile is told, and does no harm."""

from registry.bibliography.entry import Entry, NotUnderstood
from registry.bibliography.reading import read
from tests.registry.bibliography.shelf import all_of, entries, ids, only

PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD X//EN" "https://dtd.example/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">12345678</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue>
<Title>The journal of widgets</Title></Journal>
<ArticleTitle>Widgets <i>in vivo</i> &amp; beyond.</ArticleTitle>
<Abstract><AbstractText>None.</AbstractText></Abstract>
<AuthorList><Author><LastName>Muster</LastName><ForeName>Ada B</ForeName></Author>
<Author><CollectiveName>The Widget Team</CollectiveName></Author></AuthorList>
</Article></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="doi">10.1234/abc</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1234/cited</ArticleId>
</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
</PubmedArticleSet>"""


def test_pubmed_is_read() -> None:
    entry = only(PUBMED)
    assert entry.title == "Widgets in vivo & beyond."
    assert entry.authors == ("Ada B Muster", "The Widget Team")
    assert (entry.year, entry.venue) == (2020, "The journal of widgets")
    assert ids(entry) == ["doi:10.1234/abc", "pmid:12345678"]
    assert entry.line == 4


ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Muster, Ada</style></author></authors></contributors>
<titles><title><style face="normal">Widgets of </style><style face="bold">size</style></title>
<secondary-title>J. Widgets</secondary-title></titles>
<dates><year><style>2020</style></year></dates>
<electronic-resource-num>10.1234/abc</electronic-resource-num>
<urls><related-urls><url>https://papers.example/1</url></related-urls></urls>
</record></records></xml>"""


def test_endnote_is_read() -> None:
    entry = only(ENDNOTE)
    assert (entry.title, entry.authors, entry.year) == ("Widgets of size", ("Ada Muster",), 2020)
    assert (ids(entry), entry.url) == (["doi:10.1234/abc"], "https://papers.example/1")


ACL = """<collection id="2020.acl"><volume id="main"><meta><booktitle>Proc. of Widgets</booktitle>
<year>2020</year></meta><frontmatter><url>2020.acl-main.0</url></frontmatter>
<paper id="1"><title><fixed-case>W</fixed-case>idgets in <tex-math>n</tex-math></title>
<author><first>Ada</first><last>Muster</last></author><url>2020.acl-main.1</url>
<doi>10.18653/v1/2020.acl-main.1</doi></paper>
<paper id="2"><title>Second</title></paper></volume></collection>"""


def test_the_acl_anthology_is_read() -> None:
    first, second = entries(ACL)
    assert (first.title, first.authors, first.year) == ("Widgets in n", ("Ada Muster",), 2020)
    assert first.venue == "Proc. of Widgets"
    assert ids(first) == ["doi:10.18653/v1/2020.acl-main.1", "acl:2020.acl-main.1"]
    assert (second.year, ids(second)) == (2020, ["acl:2020.acl-main.2"])


def test_old_names_of_the_anthology_are_made_of_their_parts() -> None:
    text = '<collection id="P17"><volume id="1"><paper id="1"><title>A</title></paper>{}'
    assert ids(only(text.format("</volume></collection>"))) == ["acl:P17-1001"]
    old = '<volume id="P99"><paper id="1001"><title>A</title></paper></volume>'
    assert ids(only(old)) == ["acl:P99-1001"]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Results</title><entry>
<id>http://arxiv.org/abs/2001.01234v2</id><published>2020-01-05T00:00:00Z</published>
<title>Widgets
  everywhere</title><author><name>Ada Muster</name></author><summary>None.</summary>
<doi xmlns="http://arxiv.org/schemas/atom">10.1234/abc</doi></entry></feed>"""
OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header status="deleted"><identifier>oai:x:1</identifier></header></record>
<record><header><identifier>oai:arXiv.org:2001.01234</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2001.01234</id><created>2020-01-05</created>
<authors><author><keyname>Muster</keyname><forenames>Ada</forenames></author></authors>
<title>Widgets everywhere</title></arXiv></metadata></record></ListRecords></OAI-PMH>"""


def test_arxiv_is_read_by_both_ways() -> None:
    for text in (ATOM, OAI):
        entry = only(text)
        assert (entry.title, entry.authors) == ("Widgets everywhere", ("Ada Muster",))
        assert entry.year == 2020
        assert "arxiv:2001.01234" in ids(entry)


CROSSREF = """<doi_records><doi_record><crossref><journal><journal_metadata>
<full_title>Journal of Widgets</full_title></journal_metadata><journal_issue>
<publication_date media_type="online"><year>2021</year></publication_date>
<publication_date media_type="print"><year>2020</year></publication_date></journal_issue>
<journal_article><titles><title>Widgets</title><subtitle>A Survey</subtitle></titles>
<contributors><person_name contributor_role="author"><given_name>Ada</given_name>
<surname>Muster</surname></person_name><person_name contributor_role="editor">
<given_name>Eva</given_name><surname>Probe</surname></person_name></contributors>
<doi_data><doi>10.1234/abc</doi></doi_data><citation_list><citation><doi>10.1234/cited</doi>
</citation></citation_list></journal_article></journal></crossref></doi_record></doi_records>"""
DATACITE = """<resource xmlns="http://datacite.org/schema/kernel-4">
<identifier identifierType="DOI">10.1234/ABC</identifier><creators><creator>
<creatorName>Muster, Ada</creatorName></creator></creators><titles><title>Widgets</title></titles>
<publicationYear>2020</publicationYear></resource>"""
MODS = """<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods><titleInfo>
<nonSort>The</nonSort><title>Widgets</title></titleInfo><name type="personal">
<namePart type="given">Ada</namePart><namePart type="family">Muster</namePart></name>
<originInfo><dateIssued>2020</dateIssued></originInfo>
<identifier type="doi">10.1234/abc</identifier></mods></modsCollection>"""
WORD = """<b:Sources xmlns:b="http://schemas.example/bibliography"><b:Source><b:Tag>M20</b:Tag>
<b:SourceType>JournalArticle</b:SourceType><b:Title>Widgets</b:Title><b:Year>2020</b:Year>
<b:Author><b:Author><b:NameList><b:Person><b:Last>Muster</b:Last><b:First>Ada</b:First>
</b:Person></b:NameList></b:Author></b:Author><b:DOI>10.1234/abc</b:DOI></b:Source></b:Sources>"""


def test_registries_and_managers_are_read() -> None:
    for text in (CROSSREF, DATACITE, MODS, WORD):
        entry = only(text)
        assert entry.title in ("Widgets", "Widgets: A Survey", "The Widgets")
        assert (entry.authors, entry.year) == (("Ada Muster",), 2020)
        assert ids(entry) == ["doi:10.1234/abc"]
    assert only(CROSSREF).venue == "Journal of Widgets"


def test_broken_xml_keeps_what_stood_before() -> None:
    good, *told = all_of(ENDNOTE.replace("</records></xml>", "\n<record><titles><title>B &"))
    assert isinstance(good, Entry)
    assert any(isinstance(one, NotUnderstood) for one in told)


def test_entities_are_not_resolved_and_no_file_is_opened() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    head = f'<!DOCTYPE f [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    entry = f"{head}<feed><entry><id>a</id><title>A %s B</title></entry></feed>"
    for name in ("&l19;", "&x;"):
        found = all_of(entry % name)
        assert "root:" not in str(found)
        assert "lollol" not in str(found)
        assert len(str(found)) < 2000


def test_what_is_nested_without_end_is_told() -> None:
    (told,) = all_of("<feed>" * 100_000)
    assert isinstance(told, NotUnderstood)
    (told,) = all_of("<records><record>" + "<a/>" * 300_000)
    assert isinstance(told, NotUnderstood)
    assert "does not end" in told.why


def test_the_encoding_that_a_declaration_names_may_be_wrong() -> None:
    text = ENDNOTE.replace("Muster", "Müster")
    for encoding in ("utf-8", "utf-16", "latin-1"):
        assert only(text.encode(encoding)).authors == ("Ada Müster",)
    assert read(text.encode("latin-1")).encoding == "Windows-1252"
