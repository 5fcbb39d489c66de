"""Addresses on a paper's first pages, and whose they are; a wrong one is worse than none."""

from typing import Any

import dns.resolver
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.author_addresses import (
    BESIDE,
    BROKEN,
    GLUED,
    LETTERS,
    LOOSE,
    NO_ROLE,
    PATTERN,
    Findings,
    find,
)
from registry.author_names import BOTH, FAMILY, FAMILY_INITIAL, GIVEN, INITIAL, INITIALS, owner
from registry.bibliography.pdf import text_of
from registry.mail_addresses import NotWhole, takes_mail, whole
from tests.patience import at_most
from tests.registry.bibliography import pdfs

NAMES = ["Ada Muster", "Bo J. Pröbe", "Chen Wei", "Françoise Élan-Offner"]


def found(text: str, names: list[str] = NAMES) -> dict[str, int | None]:
    """The addresses of a page with the position of their author."""
    return {one.address: one.position for one in find([text], names).addresses}


def left_out(text: str, names: list[str] = NAMES) -> dict[str, str]:
    return {one.text: one.why for one in find([text], names).left_out}


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ada@x.edu", {"ada@x.edu": 1}),
        ("ADA@X.EDU", {"ADA@x.edu": 1}),
        ("mail Ada.Muster@cs.x.ac.uk.", {"Ada.Muster@cs.x.ac.uk": 1}),
        ("{ada,bo}@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("{ada, bo.probe}@cs.x.edu", {"ada@cs.x.edu": 1, "bo.probe@cs.x.edu": 2}),
        ("{ada,\nbo}@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("{ada bo}@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("{ada; bo; ...} @x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        (r"\{ada, bo\}@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("[ada|bo]@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("(ada, bo and wei)@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2, "wei@x.edu": 3}),
        ("ada/bo@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("{ada}@x.edu, {bo}@y.org", {"ada@x.edu": 1, "bo@y.org": 2}),
        ("ada@x.edu, bo@y.org; wei@z.cn", {"ada@x.edu": 1, "bo@y.org": 2, "wei@z.cn": 3}),
        ("ada (at) x dot edu", {"ada@x.edu": 1}),
        ("ada [at] cs [dot] x [dot] edu", {"ada@cs.x.edu": 1}),
        ("ada at cs dot x dot edu dot cn", {"ada@cs.x.edu.cn": 1}),
        ("{ada, bo} AT x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("ada＠x．edu", {"ada@x.edu": 1}),
        ("邮箱:ada@x.edu。", {"ada@x.edu": 1}),
        ("E-mail:ada@x.edu", {"ada@x.edu": 1}),
        ("<ada@x.edu>", {"ada@x.edu": 1}),
        ("*ada@x.edu†", {"ada@x.edu": 1}),
        ("¹ada@x.edu ²bo@x.edu", {"ada@x.edu": 1, "bo@x.edu": 2}),
        ("ᵃ,ᵇada@x.edu", {"ada@x.edu": 1}),
        ("ada@x.edu1,2", {"ada@x.edu": 1}),
        ("ada@\nx.edu", {"ada@x.edu": 1}),
        ("ada@cs.\nx.edu", {"ada@cs.x.edu": 1}),
        ("ada@cs.uni\n.edu", {"ada@cs.uni.edu": 1}),
        ("ada.muster\n@x.edu", {"ada.muster@x.edu": 1}),
        ("ada@x.edu.\nthe paper", {"ada@x.edu": 1}),
        ("ada@x.edu.We find", {"ada@x.edu": 1}),
        ("ada@x.edu dot product", {"ada@x.edu": 1}),
        ("ada@x.edu ada@x.edu", {"ada@x.edu": 1}),
        ("ada@163.com", {"ada@163.com": 1}),
        ("stranger@x.edu", {"stranger@x.edu": None}),
    ],
)
def test_an_address_in_each_shape(text: str, addresses: dict[str, int | None]) -> None:
    assert found(text) == addresses
    assert left_out(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "precision@10", "recall@k", "mAP@0.5", "P@1.In the next", "@ada",
        "https://m.example/@ada", "git@github.com:ada/frobnet.git", "root@10.0.0.1",
        "@inproceedings{ada2024, title={x.edu}}", "look at the dot product", "ada@localhost",
        "we meet at x.edu", "{see Table 1}@x", "ada@x..edu", "ada@-x.edu",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert find([text], NAMES) == Findings((), ())


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("info@x.edu", "info@x.edu", NO_ROLE),
        ("office@lab.x.edu", "office@lab.x.edu", NO_ROLE),
        ("{ada-editor}@x.edu", "ada-editor@x.edu", NO_ROLE),
        ("frobnet-support@x.edu", "frobnet-support@x.edu", NO_ROLE),
        ("permissions@acm.example", "permissions@acm.example", NO_ROLE),
        ("no-reply@x.edu", "no-reply@x.edu", NO_ROLE),
        ("firstname.lastname@x.edu", "firstname.lastname@x.edu", PATTERN),
        ("{first.last}@x.edu", "first.last@x.edu", PATTERN),
        ("<surname>@x.edu", "surname@x.edu", PATTERN),
        ("ada.mus-\nter@x.edu", "ter@x.edu", BROKEN),
        ("ada_\nmuster@x.edu", "muster@x.edu", BROKEN),
        ("at ada.\nmuster@x.edu", "ada. muster@x.edu", BROKEN),
        ("ada@uni-\nexamples.edu", "ada@uni-", BROKEN),
        ("{ada, mus-\nter}@x.edu", "ada, mus- ter@x.edu", BROKEN),
        ("ada@x.edubo@x.edu", "ada@x.edubo", GLUED),
        ("ada@x.eduand more", "ada@x.eduand", GLUED),
        ("françoise@x.edu", "oise@x.edu", LETTERS),
        ("us @ example.com", "us@example.com", LOOSE),
    ],
)
def test_what_is_told_of_and_left_out(text: str, shown: str, why: str) -> None:
    assert left_out(text)[shown] == why
    assert shown not in found(text)


def test_a_role_may_be_a_name() -> None:
    assert found("a.press@x.edu", ["Anna Press"]) == {"a.press@x.edu": 1}
    assert found("last@x.edu", ["Anna Last"]) == {"last@x.edu": 1}


@pytest.mark.parametrize(
    ("name", "local", "how"),
    [
        ("Ada Muster", "ada.muster", BOTH),
        ("Ada Muster", "mustera", INITIAL),
        ("Ada Muster", "a.muster", INITIAL),
        ("Ada Muster", "ada.m", FAMILY_INITIAL),
        ("Ada Muster", "muster", FAMILY),
        ("Ada Muster", "ada42", GIVEN),
        ("Ada Muster", "a.b.muster", INITIAL),
        ("Ada Muster", "ada.b.muster", BOTH),
        ("Muster, Ada", "ada.muster", BOTH),
        ("MUSTER Ada", "amuster", FAMILY_INITIAL),
        ("Ada Muster Jr.", "amuster", INITIAL),
        ("Ada Beate Carla Muster", "abcm", INITIALS),
        ("Bo J. Pröbe", "proebe", FAMILY),
        ("Bo J. Pröbe", "bjprobe", INITIAL),
        ("Søren Ødegård", "soren.odegard", BOTH),
        ("Søren Ødegård", "soeren.oedegaard", BOTH),
        ("Łukasz Żółć", "lzolc", INITIAL),
        ("Françoise Élan-Offner", "f.elan-offner", INITIAL),
        ("Sean O'Brien", "sobrien", INITIAL),
        ("Piet van den Berg", "vandenberg", FAMILY),
        ("Piet van den Berg", "p.berg", INITIAL),
        ("Ana García López", "ana.garcia", BOTH),
        ("Ana García López", "garcialopez", BOTH),
        ("Xiaoming Wang", "wangxm", INITIAL),
        ("Xiaoming Wang", "xmwang", INITIAL),
        ("Xiao-Ming Wang", "xmwang", INITIAL),
        ("Wang Xiaoming", "xiaomingwang", BOTH),
        ("Wang Xiaoming", "wangxiaoming_2", BOTH),
        ("Wei Lü (吕伟)", "lvwei", BOTH),
        ("Wei Lü", "luwei", BOTH),
        ("Weinan E", "weinane", BOTH),
    ],
)
def test_how_an_address_is_made_of_a_name(name: str, local: str, how: str) -> None:
    whose = owner(local, ["Somebody Else", name])
    assert (whose.positions, whose.how) == ((2,), how)


@pytest.mark.parametrize(
    "local", ["b.muster", "x", "am", "adamson", "must", "2024", "", "mu.ster1x"]
)
def test_what_is_made_of_no_name(local: str) -> None:
    assert owner(local, ["Ada Muster"]).positions == ()


@pytest.mark.parametrize(
    ("names", "local"),
    [
        (["John Smith", "Jane Smith"], "jsmith"),
        (["John Smith", "Jane Smith"], "smith"),
        (["Wei Zhang", "Ming Wei"], "wei"),
        (["Wei Li", "Li Wang"], "liw"),
        (["Wei Zhang", "Wei Zhang"], "wei.zhang"),
    ],
)
def test_where_two_may_be_meant_nobody_is(names: list[str], local: str) -> None:
    (one,) = find([f"{local}@x.edu"], names).addresses
    assert (one.position, one.among, one.how) == (None, (1, 2), "")


def test_the_surest_way_decides() -> None:
    names = ["Wei Zhang", "Zhangwei Li", "Z. Wei"]
    assert found("zhangwei@x.edu", names) == {"zhangwei@x.edu": 1}


def test_a_name_right_before_an_address_tells_whose_it_is() -> None:
    names = ["王小明", "李雷", "John Smith", "Jane Smith"]
    text = (
        "王小明,电子邮箱:wxm_88@x.cn; 李雷(1990—),男,副教授,E-mail:ll@x.cn\n"
        "Jane Smith <smith@x.edu>"
    )
    assert found(text, names) == {"wxm_88@x.cn": 1, "ll@x.cn": 2, "smith@x.edu": 4}
    assert {one.how for one in find([text], names).addresses} == {BESIDE}


@pytest.mark.parametrize(
    "text",
    [
        "Ada Muster and Chen Wei xk@x.edu",
        "Ada Muster. Code: frobnet@x.edu",
        "Ada Muster\nfrobnet@x.edu",
        "Ada Muster wrote the code of this paper: frobnet@x.edu",
    ],
)
def test_a_name_somewhere_before_an_address_tells_nothing(text: str) -> None:
    assert set(found(text).values()) == {None}


def test_a_footnote_mark_that_has_grown_to_an_address_is_a_guess_and_said() -> None:
    (one,) = find(["1ada.muster@x.edu"], NAMES).addresses
    assert (one.address, one.position, one.guessed) == ("ada.muster@x.edu", 1, True)
    assert one.printed == "1ada.muster@x.edu"
    (one,) = find(["1stranger@x.edu"], NAMES).addresses
    assert (one.address, one.guessed) == ("1stranger@x.edu", False)
    (one,) = find(["ada@x.eduThe"], NAMES).addresses
    assert (one.address, one.guessed, one.printed) == ("ada@x.edu", True, "ada@x.eduthe")


def test_page_and_line_say_where_it_stands() -> None:
    pages = ["Title\n\nAda Muster\nada@x.edu", "", "x\nbo@x.edu"]
    places = [(one.page, one.line) for one in find(pages, NAMES).addresses]
    assert places == [(1, 3), (3, 2)]
    assert find(pages, NAMES, first=5).addresses[0].page == 5


def test_the_addresses_of_a_paper_in_two_columns() -> None:
    read = find(text_of(pdfs.made("two_columns")).pages, NAMES)
    assert [(one.address, one.position, one.line) for one in read.addresses] == [
        ("ada.muster@lab.example.org", 1, 5),
        ("bproebe@lab.example.org", 2, 5),
        ("chenwei@cs.made-up.example", 3, 6),
        ("f.elan-offner@fi.example", 4, 6),
    ]
    assert {one.text: one.why for one in read.left_out} == {
        "frobnet-support@lab.example.org": NO_ROLE,
        "office@lab.example.org": NO_ROLE,
    }


@pytest.mark.parametrize(
    ("paper", "names", "addresses"),
    [
        (
            "side_by_side",
            ["Wei Zhang", "Jane Q. Public", "Xiaoli Ouyang"],
            ["zhangwei_99@uni.example.cn", "jane@imaginary.example", "xl.ouyang@uni.example.cn"],
        ),
        (
            "chinese",
            ["Xiaoming Wang", "Li Lei", "Na Ouyang"],
            ["wangxm@cs.example.cn", "lilei@lab.example.cn", "ouyang_na@lab.example.cn"],
        ),
        (
            "chinese",
            ["王小明", "李雷", "欧阳娜"],
            ["wangxm@cs.example.cn", "lilei@lab.example.cn", "ouyang_na@lab.example.cn"],
        ),
    ],
)
def test_the_addresses_of_other_papers(paper: str, names: list[str], addresses: list[str]) -> None:
    read = find(text_of(pdfs.made(paper)).pages, names)
    assert [(one.address, one.position) for one in read.addresses] == [
        (address, position) for position, address in enumerate(addresses, 1)
    ]


PIECES = st.sampled_from(
    ["@", "{", "}", "(at)", " dot ", ".", "-\n", "\n", ",", "/", "|", "ada", "x.edu", "é", "¹", "1",
     "王", " ", "<", ">", "Ada Muster", "first", "\x00", "\u2028", "_"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join), st.lists(st.text()))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_and_no_names_raise(text: str, names: list[str]) -> None:
    for one in find([text], [*names, "Ada Muster"]).addresses:
        assert whole(one.address) == one.address
        assert one.position is None or 1 <= one.position <= len(names) + 1


@pytest.mark.parametrize(
    "text",
    ["@" * 100_000, "a" * 100_000, "a@" * 50_000, "{" * 100_000 + "}@x.edu", "ada@x.edu " * 10_000,
     "{" + "a," * 700 + "a}@x.edu", "x@" + "a." * 50_000, "a-\n" * 30_000 + "@x.edu"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_a_hostile_page_takes_no_long(text: str) -> None:
    names = [f"Given{n} Family{n}" for n in range(3000)]
    with at_most(6):
        assert len(find([text] * 3, names).addresses) <= 200


# --- one address -------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["ada@x.edu", "mailto:ada@x.edu", "<ada@X.EDU>"])
def test_a_whole_address_has_one_spelling(typed: str) -> None:
    assert whole(typed) == "ada@x.edu"


@pytest.mark.parametrize("typed", ["", "ada", "ada@x", "ada@@x.edu", "a da@x.edu", "é@x.edu"])
def test_what_is_no_whole_address_is_told_of(typed: str) -> None:
    with pytest.raises(NotWhole, match="This is not a whole e-mail address"):
        whole(typed)


class Names:
    """A resolver that knows what it is told."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def resolve(self, domain: str, kind: str) -> Any:
        answer = self.answers.get(kind, dns.resolver.NoAnswer())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Exchange:
    preference = 10

    def __init__(self, exchange: str) -> None:
        self.exchange = exchange


@pytest.mark.parametrize(
    ("answers", "takes"),
    [
        ({"MX": [Exchange("mx.x.edu.")]}, True),
        ({"MX": [Exchange(".")]}, False),
        ({}, False),
        ({"MX": dns.resolver.NXDOMAIN()}, False),
        ({"MX": dns.resolver.LifetimeTimeout(timeout=1, errors=[])}, None),
        ({"MX": dns.resolver.NoNameservers()}, None),
    ],
)
def test_a_domain_takes_mail_as_its_records_say(
    answers: dict[str, Any], takes: bool | None
) -> None:
    assert takes_mail("ada@x.edu", resolver=Names(answers)) is takes
