"""Nothing typed is ever lost: drafts, double clicks, two windows, and sign-in in between."""

import threading

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from reports import drafts
from reports.models import Report
from tests.reports.typed import NOW, complete, make_paper, make_user

pytestmark = pytest.mark.django_db


def typed(**values: str) -> drafts.Typed:
    return {name: [value] for name, value in values.items()}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen_in(client: Client, address: str) -> str:
    """The hidden field of the page that says from which text it was made."""
    page = client.get(address).content.decode()
    return page.split('name="seen" value="')[1].split('"')[0]


def test_what_was_typed_leaves_out_buttons_and_nul() -> None:
    posted = MultiValueDict(
        {"csrfmiddlewaretoken": ["x"], "do": ["save"], "seen": ["y"], "causes": ["a", "b\0"]}
    )
    assert drafts.typed_from(posted) == {"causes": ["a", "b"]}


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (typed(summary="We ran it"), typed(summary="We ran it twice"), False),
        (typed(summary="We ran it"), typed(summary="We read it"), True),
        (typed(summary="We ran it"), {}, True),
        (typed(summary="  "), {}, False),
        (typed(form_key="a"), typed(form_key="b"), False),
        ({"causes": ["a", "b"]}, {"causes": ["b", "a"]}, False),
    ],
)
def test_text_is_lost_when_its_words_are_gone(
    old: drafts.Typed, new: drafts.Typed, lost: bool
) -> None:
    assert drafts.loses(old, new) is lost


def test_looking_at_the_form_makes_no_draft() -> None:
    client = signed_in(make_user())
    assert client.get("/reports/new/").status_code == 200
    assert client.head("/reports/new/").status_code == 200
    assert Report.objects.count() == 0


def test_any_button_saves_an_incomplete_form() -> None:
    client = signed_in(make_user())
    for number, button in enumerate(["save", "find", "add-claim", "remove-claim-0", "nonsense"]):
        form = {"form_key": f"key-{number}", "q": "x" * 30, "summary": "half a sent", "do": button}
        assert client.post("/reports/new/", form).status_code == 302
        draft = Report.objects.latest("pk")
        assert draft.state == "draft"
        assert draft.typed["summary"] == ["half a sent"]
    assert Report.objects.count() == 5


def test_a_failed_preview_saves_too_and_shows_every_value_again() -> None:
    client = signed_in(make_user())
    form = complete(make_paper(), hours="many", summary="Über <b>alles</b>", do="preview")
    response = client.post("/reports/new/", form)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="many"' in page
    assert "Über &lt;b&gt;alles&lt;/b&gt;" in page
    assert "“many” is not a number: write it like 93.1." in page
    assert Report.objects.get().typed["hours"] == ["many"]


def test_the_same_new_form_sent_twice_is_one_draft() -> None:
    client = signed_in(make_user())
    form = {"form_key": "the same", "summary": "We ran it", "do": "save"}
    first = client.post("/reports/new/", form)
    second = client.post("/reports/new/", form)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1


def test_a_form_without_a_key_is_saved_all_the_same() -> None:
    signed_in(make_user()).post("/reports/new/", {"summary": "so"})
    draft = Report.objects.get()
    assert draft.typed["summary"] == ["so"]
    assert len(draft.typed["form_key"][0]) == 36


def test_a_form_key_of_somebody_else_opens_nothing() -> None:
    form = {"form_key": "the same", "summary": "mine", "do": "save"}
    signed_in(make_user()).post("/reports/new/", form)
    signed_in(make_user("other@example.org")).post("/reports/new/", form | {"summary": "theirs"})
    assert sorted(r.typed["summary"][0] for r in Report.objects.all()) == ["mine", "theirs"]


def test_going_back_and_saving_other_words_keeps_both() -> None:
    client = signed_in(make_user())
    form = {"form_key": "k", "do": "save", "seen": ""}
    client.post("/reports/new/", form | {"summary": "first words"})
    response = client.post("/reports/new/", form | {"summary": "other words"}, follow=True)
    assert "That text is kept as" in response.content.decode()
    assert sorted(r.typed["summary"][0] for r in Report.objects.all()) == [
        "first words",
        "other words",
    ]


def test_two_windows_do_not_overwrite_each_other_silently() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "do": "save", "summary": "start"})
    draft = Report.objects.get()
    address = f"/reports/{draft.pk}/edit/"
    seen = seen_in(client, address)
    form = {"form_key": "k", "do": "save", "seen": seen}
    client.post(address, form | {"summary": "from the left window"})
    client.post(address, form | {"summary": "from the right window"})
    assert sorted(r.typed["summary"][0] for r in Report.objects.all()) == [
        "from the left window",
        "from the right window",
    ]


def test_saving_on_keeps_no_copies() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "do": "save", "summary": "one"})
    address = f"/reports/{Report.objects.get().pk}/edit/"
    for words in ["two", "three", ""]:
        form = {"form_key": "k", "do": "save", "seen": seen_in(client, address)}
        client.post(address, form | {"summary": words})
    assert [r.typed["summary"] for r in Report.objects.all()] == [[""]]


def test_rows_are_added_and_removed_without_touching_the_others() -> None:
    client = signed_in(make_user())
    form = complete(make_paper(), do="add-claim")
    response = client.post("/reports/new/", form)
    draft = Report.objects.get()
    assert response["Location"] == f"/reports/{draft.pk}/edit/#claim-1"
    assert draft.typed["claim-count"] == ["2"]
    page = client.get(f"/reports/{draft.pk}/edit/").content.decode()
    assert 'name="claim-1-place"' in page
    form |= {"claim-count": "2", "claim-1-place": "Figure 7", "do": "remove-claim-0"}
    client.post(f"/reports/{draft.pk}/edit/", form | {"seen": drafts.fingerprint(draft.typed)})
    draft.refresh_from_db()
    assert draft.typed["claim-0-place"] == ["Figure 7"]
    assert "claim-1-place" not in draft.typed
    assert "claim-0-quote" not in draft.typed
    assert draft.typed["claim-count"] == ["1"]


def test_autosave_answers_with_the_address_of_the_draft() -> None:
    client = signed_in(make_user())
    response = client.post("/reports/new/", {"form_key": "k", "do": "autosave", "summary": "so"})
    draft = Report.objects.get()
    answer = response.json()
    assert answer["address"] == f"/reports/{draft.pk}/edit/"
    assert answer["seen"] == drafts.fingerprint(draft.typed)


def test_a_draft_is_nobody_elses() -> None:
    signed_in(make_user()).post("/reports/new/", {"form_key": "k", "summary": "secret words"})
    draft = Report.objects.get()
    stranger = signed_in(make_user("other@example.org"))
    moderator = signed_in(User.objects.create_superuser("mo@example.org"))
    for client in (stranger, moderator):
        for address in ("", "edit/", "preview/", "withdraw/"):
            assert client.get(f"/reports/{draft.pk}/{address}").status_code == 404
    assert Client().get(f"/reports/{draft.pk}/").status_code == 404


def test_text_posted_to_a_draft_of_another_account_becomes_a_draft_of_ones_own() -> None:
    signed_in(make_user()).post("/reports/new/", {"form_key": "k", "summary": "secret words"})
    draft = Report.objects.get()
    stranger = signed_in(make_user("other@example.org"))
    response = stranger.post(
        f"/reports/{draft.pk}/edit/", {"form_key": "k", "summary": "own words"}, follow=True
    )
    assert "secret words" not in response.content.decode()
    assert Report.objects.get(reporter__email="other@example.org").typed["summary"] == ["own words"]
    draft.refresh_from_db()
    assert draft.typed["summary"] == ["secret words"]


def test_a_draft_is_deleted_on_demand_and_only_by_post() -> None:
    client = signed_in(make_user())
    client.post("/reports/new/", {"form_key": "k", "summary": "so"})
    draft = Report.objects.get()
    assert client.get(f"/reports/{draft.pk}/withdraw/").status_code == 200
    assert Report.objects.count() == 1
    assert client.post(f"/reports/{draft.pk}/withdraw/")["Location"] == "/reports/"
    assert Report.objects.count() == 0


# --- signed out while typing -------------------------------------------------------------------


def sign_in_by_code(client: Client, page: str, email: str, outbox: list[EmailMessage]) -> str:
    """Go through the real sign-in from `page`; the address at which it ends."""
    code_page = client.post(page, {"email": email})["Location"]
    word = max(outbox[-1].body.split(), key=lambda w: w.count("-") == 1 and w.isupper())
    return str(client.post(code_page, {"code": word.strip(".")})["Location"])


def test_a_form_sent_signed_out_is_there_again_after_signing_in(
    mailoutbox: list[EmailMessage],
) -> None:
    client = Client()
    assert client.get("/reports/new/").status_code == 200
    form = {"form_key": "k1", "summary": "typed before\0 signing in", "seen": "", "do": "find"}
    response = client.post("/reports/new/", form)
    assert response.status_code == 302
    assert Report.objects.count() == 0
    end = sign_in_by_code(client, response["Location"], "new@uni.example.org", mailoutbox)
    assert end == "/reports/new/?kept=k1"
    assert "typed before signing in" in client.get(end).content.decode()
    assert Report.objects.count() == 0  # GET changes nothing
    client.post("/reports/new/", form)
    assert Report.objects.get().reporter.email == "new@uni.example.org"
    assert "k1" not in client.session["typed_reports"]


def test_a_session_that_ended_while_editing_loses_nothing(mailoutbox: list[EmailMessage]) -> None:
    user = make_user()
    client = signed_in(user)
    client.post("/reports/new/", {"form_key": "k", "do": "save", "summary": "saved"})
    draft = Report.objects.get()
    address = f"/reports/{draft.pk}/edit/"
    seen = seen_in(client, address)
    client.logout()
    form = {"form_key": "k", "do": "preview", "seen": seen, "summary": "saved, and much more"}
    response = client.post(address, form)
    end = sign_in_by_code(client, response["Location"], user.email, mailoutbox)
    assert end == f"{address}?kept=k"
    page = client.get(end).content.decode()
    assert "saved, and much more" in page
    assert f'name="seen" value="{seen}"' in page
    draft.refresh_from_db()
    assert draft.typed["summary"] == ["saved"]


def test_kept_text_is_offered_where_people_land_after_signing_in() -> None:
    client = Client()
    client.post("/reports/new/", {"form_key": "k1", "summary": "typed before"})
    client.force_login(make_user())
    for address in ("/reports/", "/reports/new/"):
        assert "/reports/new/?kept=k1" in client.get(address).content.decode()


def test_autosave_keeps_the_text_of_somebody_signed_out() -> None:
    client = Client()
    response = client.post("/reports/new/", {"form_key": "k", "do": "autosave", "summary": "so"})
    assert response.status_code == 401
    assert client.session["typed_reports"]["k"]["typed"]["summary"] == ["so"]


def test_a_session_keeps_few_forms_and_no_huge_one() -> None:
    client = Client()
    for number in range(7):
        client.post("/reports/new/", {"form_key": f"k{number}", "summary": "so"})
    assert list(client.session["typed_reports"]) == ["k2", "k3", "k4", "k5", "k6"]
    response = client.post("/reports/new/", {"form_key": "big", "summary": "x" * 500_001})
    assert response.status_code == 413
    assert "x" * 500_001 in response.content.decode()
    assert "big" not in client.session["typed_reports"]


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_the_same_moment_is_one_draft() -> None:
    user = make_user()
    start = threading.Barrier(4)
    form = typed(form_key="k", summary="the same words")

    def save() -> None:
        start.wait()
        drafts.save_new(user=user, typed=form, seen="", now=NOW)
        connection.close()

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Report.objects.count() == 1
