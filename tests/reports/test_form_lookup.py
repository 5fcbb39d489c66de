"""An identifier that no paper here has, pasted into the form: other sites are asked, in time, and
whatever they do nothing typed is lost."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from registry import look_ups
from registry.look_ups import follow_reported, look_up_due
from registry.models import LookUp, Notice, Paper, Standing
from registry.sources import pace
from reports import named
from reports.models import Report
from tests.registry.builders import paper, with_standing
from tests.registry.sources import shapes
from tests.registry.sources.serving import ATOM, Reply, Site, a_drip, silence
from tests.registry.sources.shapes import atom, entry, packed
from tests.registry.sources.standing_in import standing_in
from tests.reports import stages
from tests.reports.typed import by_hand, make_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.servers]  # they mostly wait
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER": "paper-find"}
ID, DOI = "2401.01234", "10.5555/lamps.7"
AT_ARXIV, AT_CROSSREF = "/arxiv/query", "/crossref/works/10.5555%2Flamps.7"
AT_DATACITE = "/datacite/dois/10.48550%2Farxiv.2401.01234"
FOUND = Reply(atom(entry()), kind=ATOM)


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server of this machine in place of all sources."""
    with standing_in(settings, monkeypatch) as found:
        yield found


@pytest.fixture
def reporter() -> Client:
    return signed_in(make_user())


def searched(client: Client, q: str, *, look: bool = False) -> BeautifulSoup:
    typed = {"q": q} | ({"look": "yes"} if look else {})
    answer = client.post("/reports/new/papers/", typed, **HTMX)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def pressed(client: Client, identifier: str, **typed: str) -> BeautifulSoup:
    """The page after the button was pressed, without JavaScript."""
    form = {"form_key": "k"} | typed | {"q": identifier, "do": "find"}
    answer = client.post("/reports/new/", form, follow=True)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(part: BeautifulSoup) -> str:
    fieldset = part.find(id="id_paper")
    assert isinstance(fieldset, Tag)
    return " ".join(fieldset.get_text(" ").split())


# --- found ----------------------------------------------------------------------------------------


def test_while_typing_nobody_is_asked_and_the_page_asks_when_the_typing_rests(
    site: Site, reporter: Client
) -> None:
    site.says(AT_ARXIV, FOUND)
    part = searched(reporter, ID)
    assert site.asked == []
    assert not LookUp.objects.exists()
    waits = part.find(id="paper-look")
    assert isinstance(waits, Tag)
    assert (waits["hx-trigger"], waits["hx-post"]) == ("load delay:1500ms", "/reports/new/papers/")
    assert (waits["hx-vals"], waits["hx-params"]) == (
        '{"look": "yes"}', "csrfmiddlewaretoken,q,paper,look",
    )  # fmt: skip
    assert "Press “Find the paper”, and arXiv is asked about it." in words(part)

    part = searched(reporter, ID, look=True)
    assert "Lamps for σ-algebras (2024) Ada Winter" in words(part)
    assert part.find(id="paper-look") is None
    assert (said := part.find(id="found-words")) is not None
    assert said.get_text() == "1 paper found."
    made = Paper.objects.get()
    assert (made.is_public, made.title) == (True, "Lamps for σ-algebras")
    searched(Client(), ID)
    assert len(site.asked) == 1


def test_without_javascript_the_button_finds_it_and_keeps_what_was_typed(
    site: Site, reporter: Client
) -> None:
    site.says(AT_ARXIV, FOUND)
    page = pressed(reporter, f"https://arxiv.org/abs/{ID}v2", summary="We lit lamps.")
    assert "Lamps for σ-algebras" in words(page)
    draft = Report.objects.get()
    assert draft.typed["summary"] == ["We lit lamps."]
    assert draft.typed["version"] == ["arXiv v2"]
    assert site.asked == [f"/arxiv/query?id_list={ID}&max_results=1"]


def test_a_paper_that_is_known_is_not_asked_for(site: Site, reporter: Client) -> None:
    paper("Lamps", arxiv=ID)
    assert "Lamps" in words(searched(reporter, ID, look=True))
    pressed(reporter, ID)
    assert site.asked == []


@pytest.mark.parametrize("q", ["", "lamps for all", "9780262035613", "10.1234/" + "9" * 400,
                               "https://lamps.example/paper.pdf"])  # fmt: skip
def test_what_no_source_can_be_asked_about_is_searched_for_here_alone(
    site: Site, reporter: Client, q: str
) -> None:
    assert searched(reporter, q, look=True).find(id="paper-look") is None
    pressed(reporter, q)
    assert site.asked == []
    assert not LookUp.objects.exists()


def test_notices_come_with_the_paper(site: Site, reporter: Client) -> None:
    update = shapes.update("retraction", "10.5555/lamps.9")
    site.says(AT_CROSSREF, Reply(packed(shapes.crossref(**{"updated-by": [update]}))))
    searched(reporter, DOI, look=True)
    assert Notice.objects.get().kind == "retracted"
    shown = Client().get(f"/papers/{Paper.objects.get().pk}/", follow=True).content.decode()
    assert "The publisher says: retracted" in shown


def test_a_hostile_answer_is_text(site: Site, reporter: Client) -> None:
    bad = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
    site.says(AT_ARXIV, Reply(atom(entry(title=bad, comment=bad)), kind=ATOM))
    part = searched(reporter, ID, look=True)
    assert part.find("script") is None
    assert part.find("img") is None
    page = Client().get(f"/papers/{Paper.objects.get().pk}/", follow=True)
    main = BeautifulSoup(page.content, "html.parser").main
    assert main is not None
    assert main.find("script") is None
    assert [img["src"] for img in main.find_all("img")] == [f"/badge/arxiv/{ID}.svg"]


# --- not found ------------------------------------------------------------------------------------


def test_an_unknown_identifier_has_the_word_of_its_source(site: Site, reporter: Client) -> None:
    site.says(AT_ARXIV, Reply(atom(), kind=ATOM))
    for _ in range(3):
        part = searched(reporter, ID, look=True)
        assert f"arXiv does not know “{ID}”. Check how it is written" in words(part)
        assert part.find(id="paper-look") is None
    assert len(site.asked) == 2  # arXiv, then DataCite, once
    assert look_up_due(now=timezone.now()) == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert searched(reporter, ID).find(id="paper-look") is not None
        site.says(AT_ARXIV, FOUND)
        assert "Lamps for σ-algebras" in words(searched(reporter, ID, look=True))


def test_while_a_source_is_down_the_site_goes_on_by_itself(site: Site, reporter: Client) -> None:
    for path in (AT_ARXIV, AT_DATACITE):
        site.says(path, Reply(status=503))
    page = pressed(reporter, ID, **by_hand())
    assert "arXiv did not answer yet. The site goes on asking by itself" in words(page)
    assert "enter the paper by hand meanwhile" in words(page)
    assert Report.objects.get().typed["title"] == [by_hand()["title"]]
    row = LookUp.objects.get()
    assert (row.state, row.tries) == ("wanted", 1)
    assert row.due_at is not None
    assert look_up_due(now=timezone.now()) == 0

    pace._rests.clear()
    cache.clear()
    site.says(AT_ARXIV, FOUND)
    assert look_up_due(now=row.due_at) == 1
    asked = [path for path in site.asked if "id_list" in path]
    look_up_due(now=row.due_at)
    assert [path for path in site.asked if "id_list" in path] == asked
    assert "Lamps for σ-algebras" in words(searched(reporter, ID))
    row.refresh_from_db()
    assert (row.state, row.paper_id, row.tries) == ("found", Paper.objects.get().pk, 0)


@pytest.mark.parametrize("spoil", [a_drip, silence])
def test_a_slow_source_holds_nobody_up_longer_than_promised(
    site: Site, reporter: Client, spoil: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_ups, "WITHIN", 1.0)
    for path in (AT_ARXIV, AT_DATACITE):
        site.says(path, Reply(spoil=spoil))
    start = time.monotonic()
    part = searched(reporter, ID, look=True)
    assert time.monotonic() - start < 20
    assert "arXiv did not answer yet." in words(part)
    assert part.find(id="paper-look") is None


def test_a_source_that_stays_away_is_given_up_and_asked_again_when_wanted(
    site: Site, reporter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_ups, "AGAIN", [timedelta(minutes=1)] * 2)
    monkeypatch.setattr(pace, "rests_until", lambda source: None)
    for path in (AT_ARXIV, AT_DATACITE):
        site.says(path, Reply(status=500))
    searched(reporter, ID, look=True)
    for _ in range(2):
        due = LookUp.objects.get().due_at
        assert due is not None
        look_up_due(now=due)
    assert LookUp.objects.get().due_at is None
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        part = searched(reporter, ID)
        assert "to have it asked once more" in words(part)
        assert part.find(id="paper-look") is not None


def test_a_paper_that_cannot_be_entered_so_is_entered_by_hand(site: Site, reporter: Client) -> None:
    secret = paper("A slander", public=False, arxiv=ID)
    site.says(AT_ARXIV, FOUND)
    part = searched(reporter, ID, look=True)
    assert "This identifier alone makes no paper here: enter the paper by hand below." in words(
        part
    )
    assert "slander" not in str(part)
    secret.refresh_from_db()
    assert not secret.is_public


# --- bounds ---------------------------------------------------------------------------------------


def test_somebody_who_is_not_signed_in_makes_nobody_ask(site: Site) -> None:
    part = searched(Client(), ID, look=True)
    assert "Sign in, and arXiv can be asked about it." in words(part)
    assert part.find(id="paper-look") is None
    pressed(Client(), ID)
    for path in (f"/reports/new/?q={ID}", f"/arxiv/{ID}", f"/doi/{DOI}", f"/papers/?q={ID}"):
        Client().get(path)
    assert site.asked == []
    assert not LookUp.objects.exists()


def test_a_get_asks_nobody(site: Site, reporter: Client) -> None:
    for path in (f"/reports/new/?q={ID}&look=yes", f"/arxiv/{ID}", f"/doi/{DOI}"):
        reporter.get(path)
    assert site.asked == []
    assert not LookUp.objects.exists()


def test_one_person_has_so_many_looked_up_an_hour(site: Site, reporter: Client) -> None:
    for number in range(look_ups.PER_HOUR):
        searched(reporter, f"2401.{number:05}", look=True)
    asked = len(site.asked)
    part = searched(reporter, ID, look=True)
    assert "You had 20 identifiers looked up within an hour" in words(part)
    assert part.find(id="paper-look") is None
    assert "You had 20 identifiers looked up within an hour" in pressed(reporter, ID).get_text()
    assert len(site.asked) == asked
    assert not LookUp.objects.filter(value=ID).exists()
    searched(signed_in(make_user("other@uni.example.org")), ID, look=True)
    assert len(site.asked) > asked


def test_without_a_cache_nobody_is_asked(
    site: Site, reporter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_ups.cache, "incr", lambda key: None)
    searched(reporter, ID, look=True)
    assert site.asked == []


def test_one_person_at_a_time_waits_in_a_page_and_the_others_in_words(
    site: Site, reporter: Client
) -> None:
    cache.add(look_ups.SLOT, 1, 60)
    part = searched(reporter, ID, look=True)
    assert site.asked == []
    assert "arXiv did not answer yet. The site goes on asking by itself" in words(part)
    assert part.find(id="paper-look") is None
    site.says(AT_ARXIV, FOUND)
    assert look_up_due(now=timezone.now()) == 1
    assert "Lamps for σ-algebras" in words(searched(reporter, ID))


def test_where_look_ups_are_off_nothing_is_different(
    site: Site, reporter: Client, settings: Settings
) -> None:
    settings.LOOK_UP = False
    assert "No paper here is found by these words." in words(searched(reporter, ID, look=True))
    LookUp.objects.create(scheme="arxiv", value=ID, asked_at=timezone.now(), due_at=timezone.now())
    with_standing(paper(arxiv="2401.09999"), Standing.ANSWERED)
    assert (look_up_due(now=timezone.now()), follow_reported(now=timezone.now())) == (0, 0)
    assert site.asked == []


@pytest.mark.django_db(transaction=True)
def test_pasted_twice_at_once_it_is_asked_for_once_and_is_one_paper(site: Site) -> None:
    site.says(AT_ARXIV, FOUND)
    clients = [signed_in(make_user(f"{n}@uni.example.org")) for n in range(4)]
    start = Barrier(len(clients))
    pages: list[BeautifulSoup] = []

    def paste(client: Client) -> None:
        start.wait()
        try:
            pages.append(searched(client, ID, look=True))
        finally:
            connection.close()

    threads = [Thread(target=paste, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 4
    assert len(site.asked) == 1
    assert Paper.objects.count() == LookUp.objects.filter(value=ID).count() == 1
    said = [words(page) for page in pages]
    assert all("Lamps" in one or "arXiv" in one for one in said)
    assert any("Lamps" in one for one in said)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_ask_about_each_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_ups, "MOST_ALSO", 0)
    site.says(AT_ARXIV, FOUND)
    now = timezone.now()
    LookUp.objects.create(scheme="arxiv", value=ID, asked_at=now, due_at=now)
    start = Barrier(2)
    done: list[int] = []

    def sweep() -> None:
        start.wait()
        try:
            done.append(look_up_due(now=now))
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert len(site.asked) == 1


# --- afterwards -----------------------------------------------------------------------------------


def test_the_article_of_a_preprint_is_the_paper_if_its_title_says_so(
    site: Site, reporter: Client
) -> None:
    site.says(AT_ARXIV, Reply(atom(entry(title="Lamps in CO2: A study")), kind=ATOM))
    searched(reporter, ID, look=True)
    made = Paper.objects.get()
    row = LookUp.objects.get(scheme="doi")
    assert (row.value, row.paper_id, row.turn) == (DOI, made.pk, LookUp.Turn.OTHER)
    site.says(AT_CROSSREF, Reply(packed(shapes.crossref())))
    assert look_up_due(now=timezone.now()) == 1
    assert sorted(map(str, made.identifiers.all())) == [f"arxiv:{ID}", f"doi:{DOI}"]
    assert "Lamps in CO2" in words(searched(reporter, DOI))


def test_a_wrong_article_is_not_the_paper_and_makes_none(site: Site, reporter: Client) -> None:
    site.says(AT_ARXIV, FOUND)
    searched(reporter, ID, look=True)
    site.says(AT_CROSSREF, Reply(packed(shapes.crossref(title=["Of wax"], subtitle=[]))))
    assert look_up_due(now=timezone.now()) == 1
    assert Paper.objects.count() == 1
    assert not LookUp.objects.filter(scheme="doi").exists()
    searched(reporter, DOI, look=True)
    assert Paper.objects.count() == 2


def test_papers_with_a_public_report_are_asked_for_again_first_and_secret_ones_not(
    site: Site,
) -> None:
    now = timezone.now()
    other = paper("Other", arxiv="2401.00002")
    LookUp.objects.create(
        scheme="arxiv", value="2401.00002", state="found", turn=LookUp.Turn.OTHER, paper=other,
        asked_at=now, due_at=now - timedelta(days=1),
    )  # fmt: skip
    asked = stages.asked().paper
    asked.identifiers.create(scheme="arxiv", value="2401.00001")
    assert follow_reported(now=now) == 0
    listed = stages.lapsed().paper
    listed.identifiers.create(scheme="arxiv", value=ID)
    LookUp.objects.create(scheme="arxiv", value=ID, state="unknown", asked_at=now)  # once
    assert (follow_reported(now=now), follow_reported(now=now)) == (1, 0)
    site.says(f"{AT_ARXIV}?id_list={ID}&max_results=1", FOUND)
    before = (listed.title, listed.names)
    assert look_up_due(now=now, limit=1, pinned=named.any_of) == 1
    assert [path.partition("id_list=")[2][:10] for path in site.asked] == [ID]
    listed.refresh_from_db()
    assert (listed.title, listed.names) == before
    assert "arXiv" in (listed.sources or {})["title"]["others"]
    assert listed.versions.filter(label="arXiv v3").exists()
    row = LookUp.objects.get(value=ID)
    assert (row.state, row.turn) == ("found", LookUp.Turn.REPORTED)
    assert row.due_at == now + look_ups.EVERY[LookUp.Turn.REPORTED]


@pytest.mark.parametrize("build", [stages.asked, stages.withdrawn, stages.lapsed])
def test_a_report_in_any_state_names_its_paper(build: Callable[..., Report]) -> None:
    made = paper()
    assert not named.any_of([made.pk])
    of = stages.paper("Named")
    report = build(of=of) if build is not stages.withdrawn else build(stages.asked(of=of))
    assert named.any_of([made.pk, report.paper_id])
    assert not named.any_of([made.pk])


def test_a_known_paper_that_its_source_lost_stays(site: Site) -> None:
    now = timezone.now()
    made = paper(arxiv=ID)
    LookUp.objects.create(
        scheme="arxiv", value=ID, state="found", turn=LookUp.Turn.OTHER, paper=made, asked_at=now,
        due_at=now,
    )  # fmt: skip
    site.says(AT_ARXIV, Reply(atom(), kind=ATOM))
    assert look_up_due(now=now) == 1
    row = LookUp.objects.get()
    assert (row.state, row.due_at) == ("found", now + look_ups.EVERY[LookUp.Turn.OTHER])
    assert "does not know" in row.said
