"""A site with a paper in each standing and a report in each state, and the pages of each person.

All is made up. Some of it is as bad as what people send: very long, in several scripts, with
markup, LaTeX, emoji and characters that turn the direction of writing.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications import held, subscriptions, watched
from notifications.models import Incoming, Subscriber
from registry.models import Paper
from reports import (
    answers,
    appeals,
    facts,
    files,
    links,
    moderation,
    proposals,
    redactions,
    replies,
    services,
)
from reports.files import storage
from reports.models import Appeal, File, Report
from reports.states import Mode, Outcome
from reports.statistics import computing
from reports.uploads import Upload
from tests.notifications import held_mail
from tests.reports import stages
from tests.reports.hostile_files import SCRIPTED
from tests.reports.stages import DAY, NOW
from tests.reports.typed import complete, signed_in

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> $\\frac{\\alpha}{2}$ {{ 7*7 }} "
    "\u202eturned\u202c שלום 😀👩‍🔬 ] [x](javascript:alert(1)) ' \" &amp; "
)
LONG = (HOSTILE + "Unbreakable" + "x" * 200 + " words " * 300)[:2000]
CHINESE = "稀疏齿轮预测的灯笼网络：关于随机种子与数据划分的一项复现研究"


@dataclass
class World:
    """Who and what is there: `public`, `reporters` and so on map a name to a path."""

    reporter: User
    moderator: User
    public: dict[str, str] = field(default_factory=dict)
    reporters: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    """Addresses with the secret link."""
    moderators: dict[str, str] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)


@transaction.atomic
def build() -> World:
    """Make it all, by the services."""
    reporter = stages.user(email="rita@reporters.example", name="Rita Report")
    world = World(reporter, stages.moderator())
    _one_of_each(world)
    _many_reports(world)
    _hostile(world)
    _moderated(world)
    preview = signed_in(world.reporter).post(
        "/reports/new/",
        complete(stages.paper("Gears in a Draft", names=["Ada Muster"])) | {"do": "preview"},
    )["Location"]
    _files(world, preview.replace("preview", "edit"))
    bare = stages.paper(
        "Deep Clockwork without a Report", doi="10.9999/clockwork", arxiv="2401.00001"
    )
    watching = _watched(world)
    world.public |= {
        "list": "/",
        "papers": "/papers/",
        "check": "/check/",
        "nothing checked": "/check/result/",
        "search": "/papers/?q=widgets&standing=reported",
        "shared": "/papers/?code=partly&seeds=no",
        "nothing found": "/papers/?q=nothingofthatname",
        "paper none": f"/papers/{bare.pk}/",
        "unknown identifier": "/doi/10.9999/unheard-of",
        "corrections": "/corrections/",
        "statistics": "/statistics/",
        "data": "/data/",
        "appeal": "/appeal/?about=/reports/7/",
        "author": f"/author/{world.reports['hostile'].paper_id}/",
        "appeal sent": "/appeal/sent/",
        "appeal without a link": "/appeal/nosuchlink/",
        "watch the list": "/watch/list/",
        "watch a venue": "/watch/list/?venue=ICML",
        "watch a search": "/watch/search/?q=widgets&standing=reported",
        "watch a paper": f"/watch/papers/{world.reports['hostile'].paper_id}/",
        "watch nothing": "/watch/nosuchlink/",
        "look into your mail": "/watch/sent/",
        "what I watch": f"/watch/{watching}/",
        "end what I watch": f"/watch/{watching}/end/",
        "sign in": "/accounts/login/",
        "new report": "/reports/new/",
        "policy": "/policy/",
        "about": "/about/",
        "privacy": "/privacy/",
        "accessibility": "/accessibility/",
        "API": "/api/v1/docs/",
        "guide for authors": "/guide/authors/",
        "guide for reporters": "/guide/reporters/",
        "not found": "/no/such/page/",
        "no link": "/answer/nosuchlink/",
    }
    computing.compute(NOW + 400 * DAY)
    world.reporters |= {
        "preview": preview,
        "draft": preview.replace("preview", "edit"),
        "refused": "/moderation/",
        "my reports": "/reports/",
        "my account": "/accounts/me/",
        "erase the account": "/accounts/me/erase/",
        "new report": "/reports/new/",
    }
    return world


def _watched(world: World) -> str:
    """The link of somebody who watches a few things, and is asked to confirm others."""
    hostile = world.reports["hostile"].paper
    assert hostile is not None
    email, now = "vera@readers.example", timezone.now()
    wish = {"email": email, "rhythm": "daily", "language": "en", "now": now}
    subscriptions.ask(thing=watched.of_paper(hostile), **wish)
    subscriptions.ask(thing=watched.of_venue(LONG[:100]), **wish)
    person = Subscriber.objects.get(email=email)
    token = links.watch_token(person.pk)
    waiting = [row.pk for row in subscriptions.waiting(person, now)]
    subscriptions.confirm(token=token, ids=waiting, now=now)
    subscriptions.ask(thing=watched.THE_LIST, **wish)
    return token


def _files(world: World, draft: str) -> None:
    """Files in a draft, beside a public report, and of an answer that waits; hostile names."""
    name = f"{CHINESE} {'x' * 150}.log"
    log = f"epoch 1\n{LONG * 3}".encode()
    number = int(draft.split("/")[2])
    files.attach_to_report(
        report_id=number, user=world.reporter, now=timezone.now(),
        uploads=[
            Upload(BytesIO(log), name, len(log), ""),
            Upload(BytesIO(SCRIPTED), "run.ipynb", len(SCRIPTED), ""),
        ],
    )  # fmt: skip
    lapsed = world.reports["lapsed"]
    for file in File.objects.filter(report=number):
        again = storage().save(f"browser/{file.pk}", ContentFile(storage().open(file.key).read()))
        beside = File.objects.create(
            report=lapsed, name=file.name, note=HOSTILE, media_type=file.media_type, kind=file.kind,
            charset=file.charset, size=file.size, sha256=file.sha256, key=again, stored_at=NOW,
        )  # fmt: skip
        world.public[f"file {file.kind}"] = f"/reports/{lapsed.pk}/files/{beside.pk}/"
    asking = world.reports["asking"]
    files.attach_to_answer(
        contact_id=stages.contact_of(asking).pk, form_key=uuid4(), now=timezone.now(),
        uploads=[Upload(BytesIO(b"words"), name, 5, "")],
    )  # fmt: skip


def _one_of_each(world: World) -> None:
    of: dict[str, Report] = world.reports
    mine = {"reporter": world.reporter}

    def about(title: str) -> Paper:
        return stages.paper(title, names=["Ada Example", "Bo Sample", "王小明"])

    of["submitted"] = stages.submitted(of=about("Gears that Wait"), **mine)
    returned = stages.submitted(of=about("Gears that Came Back"), **mine)
    of["returned"] = services.return_report(
        report_id=returned.pk, moderator=stages.moderator(), now=NOW,
        reason="Please name the *row* of Table 2.",
    )  # fmt: skip
    of["declined"] = services.decline(
        report_id=stages.submitted(of=about("Gears that Were Declined"), **mine).pk,
        moderator=stages.moderator(), reason="The claim is not in the paper.", now=NOW,
    )  # fmt: skip
    of["published"] = stages.accepted(
        of=about("Lantern Networks, Re-run"), outcome=Outcome.MATCHED, **mine
    )
    of["replicated"] = stages.accepted(
        of=about("Lantern Networks, Rewritten"), outcome=Outcome.MATCHED,
        mode=Mode.REIMPLEMENTATION, **mine,
    )  # fmt: skip
    lately = timezone.now() - 5 * DAY
    of["asking"] = stages.asked(at=lately, of=about("Gears under Inquiry"), claims=2, **mine)
    of["held"] = stages.asked(at=lately, of=about("Gears on Hold"), **mine)
    moderation.open_hold(
        report_id=of["held"].pk,
        moderator=stages.moderator(),
        reason="An appeal.",
        now=lately + DAY,
    )
    of["unreachable"] = stages.unreachable(of=about("Gears of Nobody"), **mine)
    of["unasked"] = stages.unasked(of=about("Gears whose Authors Moved"), **mine)
    of["lapsed"] = stages.lapsed(
        of=about("Sparse Widget Prediction"), claims=3,
        emails=("a@x.example", "b@y.example"), **mine,
    )  # fmt: skip
    of["could not"] = stages.lapsed(
        of=about("Widgets without Code"), outcome=Outcome.NOT_ATTEMPTED, hours=None,
        environment="", looked_for="Code and weights, in the repository, 1 to 3 February 2026.",
        missing="The training code.", causes=["no_code", "data_missing"], **mine,
    )  # fmt: skip
    of["partial"] = stages.lapsed(
        of=about("Widgets that Matched in Part"), outcome=Outcome.PARTIAL, **mine
    )
    of["answered"] = stages.answered(of=about("Stable Clockwork"), **mine)
    stages.answer(of["answered"], at=NOW + 9 * DAY, kind="provides", text="Here is the seed file.",
                  url="https://code.example/seeds", name="Bo Sample", role="")  # fmt: skip
    of["late"] = stages.answered(of=about("Late Clockwork"), late=12 * DAY, **mine)
    services.mark_without_content(
        answer_id=of["late"].answers.get().pk, moderator=stages.moderator(), now=NOW
    )
    of["disputed"] = stages.disputed(of=about("Disputed Clockwork"), **mine)
    of["resolved"] = stages.resolved(of=about("Resolved Clockwork"), **mine)
    of["agreed"] = stages.agreed(
        at=lately, of=about("Clockwork in Agreement"), confirm=True,
        emails=("ada@authors.example", "bo@authors.example"), **mine,
    )  # fmt: skip
    of["confirmed"] = stages.confirmed(of=about("Confirmed Clockwork"), **mine)
    of["withdrawn"] = stages.withdrawn(
        stages.answered(of=about("Withdrawn Clockwork"), **mine), note="Our loader was wrong."
    )
    of["removed"] = stages.removed(
        stages.lapsed(of=about("Removed Clockwork"), **mine), reason="It named a *person*."
    )
    of["annulled"] = stages.annulled(of=about("Annulled Clockwork"), **mine)
    of["opted out"] = stages.asked(at=lately, of=about("Gears of Silence"), **mine)
    answers.opt_out(contact_id=stages.contact_of(of["opted out"]).pk, now=lately + DAY)
    for name, report in of.items():
        world.reporters[f"report {name}"] = f"/reports/{report.pk}/"
        if report.public_at is not None:
            world.public[f"report {name}"] = f"/reports/{report.pk}/"
            world.public[f"paper {name}"] = f"/papers/{report.paper_id}/"
        if hasattr(report, "inquiry") and report.inquiry.contacts.exists():
            world.authors[f"answer {name}"] = f"/answer/{stages.token_of(report)}/"
    second = stages.token_of(of["agreed"], 2)
    world.authors["answer co-author"] = f"/answer/{second}/?do=object"
    for action in ("withdraw", "accept-answer", "dispute"):
        world.reporters[action] = f"/reports/{of['answered'].pk}/{action}/"


def _many_reports(world: World) -> None:
    paper = stages.paper("Twelve Attempts at One Widget", names=["Ada Example", "王小明", "李雷"])
    first = stages.lapsed(of=paper, shown_as="王小明的读者")
    for number in range(4):
        stages.accepted(
            of=paper,
            at=NOW + number * DAY,
            outcome=Outcome.MATCHED,
            shown_as=f"Matcher {number}",
            table=f"Table {number + 3}",
        )
    for number in range(4):
        stages.answered(
            of=paper,
            at=NOW + (number + 1) * DAY,
            shown_as=f"Reader {number}",
            table=f"Table {number + 7}",
        )
    stages.disputed(of=paper, at=NOW + 9 * DAY, table="Figure 1")
    stages.resolved(of=paper, at=NOW + 10 * DAY, table="Figure 2")
    stages.withdrawn(
        stages.answered(of=paper, at=NOW + 11 * DAY, table="Figure 3"), note="Counted twice."
    )
    stages.answer(first, at=NOW + 50 * DAY, kind="corrects", url="https://arxiv.example/v3")
    world.public["paper of twelve"] = f"/papers/{paper.pk}/"


def _hostile(world: World) -> None:
    paper = stages.paper(
        LONG, names=[HOSTILE[:290], "王小明", "Bo " + "Long" * 60], venue=HOSTILE[:290]
    )
    report = stages.disputed(
        of=paper, reporter=world.reporter, reason=LONG, shown_as=HOSTILE[:199], summary=LONG,
        environment=LONG, data_used=LONG, differences=LONG, conflict=LONG,
        version=HOSTILE[:60], code_commit="a" * 100, code_url="https://x.example/" + "a" * 400,
        after=timedelta(hours=1),
        shared=[stages.said("partly", "https://x.example/" + "d" * 480, LONG[:300])],
    )  # fmt: skip
    report.claims.update(place=LONG[:200], quote=LONG, metric=LONG[:200], dataset=LONG[:300],
                         tolerance_reason=LONG, claimed=1.23456789e-300)  # fmt: skip
    report.evidence.update(url="https://x.example/" + "b" * 400, note=LONG[:300])
    stages.answer(
        report, at=NOW + 30 * DAY, text=LONG, name=HOSTILE[:199], role=LONG[:200],
        url="https://x.example/" + "c" * 400,
        shared=[stages.said("no", "", HOSTILE[:300], item="seeds")],
    )  # fmt: skip
    chinese = stages.answered(
        of=stages.paper(CHINESE, names=["王小明", "李雷", "韩梅梅"], venue="中文信息学报"),
        reporter=world.reporter, shown_as="一位细心的读者",
        summary="我们用三个随机种子运行了作者的代码，结果低于论文报告的数值。",
    )  # fmt: skip
    stages.answer(
        chinese, at=NOW + 8 * DAY, text="请使用随机种子 3。", name="王小明", role="通讯作者"
    )
    for name, made in (("hostile", report), ("chinese", chinese)):
        world.reports[name] = made
        world.public[f"paper {name}"] = f"/papers/{made.paper_id}/"
        world.public[f"report {name}"] = f"/reports/{made.pk}/"
        world.reporters[f"report {name}"] = f"/reports/{made.pk}/"
        world.authors[f"answer {name}"] = f"/answer/{stages.token_of(made)}/"


def _moderated(world: World) -> None:
    """What moderators see: the queue, and reports with a word, holds, failures and searches."""
    words = stages.asked(
        at=timezone.now() - 5 * DAY, claims=2, reporter=world.reporter,
        of=stages.paper("Gears of the Wrong Person", names=["Ada Example", "王小明", LONG[:300]]),
        emails=("ada@authors.example", "bo@authors.example"),
    )  # fmt: skip
    for position, kind in ((1, "other_person"), (2, "not_an_author")):
        answers.suggest(
            contact_id=stages.contact_of(words, position).pk, kind=kind, name=HOSTILE,
            email="right@authors.example", note=LONG, now=timezone.now() - DAY,
        )  # fmt: skip
    moderation.open_hold(
        report_id=words.pk, moderator=world.moderator, reason=LONG, now=timezone.now() - DAY
    )
    searched = world.reports["unreachable"]
    moderation.record_search(
        report_id=searched.pk, moderator=world.moderator, where=LONG, found=HOSTILE,
        now=timezone.now(),
    )  # fmt: skip
    _mailed(world, words)
    appeal = _appealed(world)
    shown = {name: world.reports[name] for name in (
        "submitted", "returned", "published", "asking", "unreachable", "unasked", "answered",
        "late", "lapsed", "agreed", "withdrawn", "annulled", "hostile", "chinese",
    )} | {"words": words}  # fmt: skip
    world.moderators |= {
        "queue": "/moderation/",
        "log": "/moderation/log/",
        "appeal": f"/moderation/appeals/{appeal.pk}/",
        "author": f"/moderation/appeals/{_asked_for_a_link(world).pk}/",
        "paper": f"/moderation/papers/{world.reports['hostile'].paper_id}/",
        "held mail": "/moderation/mail/",
        "letters": "/moderation/letters/?case=hostile",
        "letter hostile": "/moderation/letters/notice/both/hostile/",
        "letter long": "/moderation/letters/answer-author/zh-hans/long-quotes/",
    } | {name: f"/moderation/{report.pk}/" for name, report in shown.items()}


def _appealed(world: World) -> Appeal:
    """An appeal that holds an inquiry, a passage that is covered, a proposal that waits."""
    now = timezone.now()
    for name, sender in (("hostile", "zoe@else.example"), ("asking", "ada@authors.example")):
        appeal = appeals.receive(
            kind="appeal", name=LONG[:200], email=sender, text=LONG, language="en", now=now,
            named=f"report {world.reports[name].pk}",
        )  # fmt: skip
        appeals.confirm(token=links.appeal_token(appeal.pk), now=now)
    covered = world.reports["answered"]
    redactions.redact(
        report_id=covered.pk, moderator=world.moderator, passage="three seeds", now=now,
        reason=HOSTILE[:200],
    )  # fmt: skip
    proposals.propose_removal(
        report_id=covered.pk, moderator=stages.moderator(), reason=LONG, now=now
    )
    return appeal


def _asked_for_a_link(world: World) -> Appeal:
    """Somebody who says that they are an author, confirmed by mail."""
    now = timezone.now()
    appeal = appeals.receive(
        kind="author", name=HOSTILE[:200], email="cy@home.example", text=LONG, language="en",
        named=f"paper {world.reports['hostile'].paper_id}", position=1, now=now,
    )  # fmt: skip
    return appeals.confirm(token=links.appeal_token(appeal.pk), now=now)


def _mailed(world: World, report: Report) -> None:
    """An author answered by mail, a robot alone answers the other; and what nobody understood."""
    now = timezone.now()
    replies.received(
        contact_id=stages.contact_of(report).pk, mail=1, content="x", text=f"{HOSTILE}\n{LONG}",
        received_at=now - 8 * DAY, now=now - 8 * DAY,
    )  # fmt: skip
    world.authors["answer mailed"] = f"/answer/{stages.token_of(report)}/"
    facts.answered_by_robot(
        letter_id=stages.contact_of(report, 2).letters.get().pk, reason=HOSTILE, now=now
    )
    mails = {
        "mail hostile": held_mail.hostile("info@unreproduced.example"),
        "mail of an author": held_mail.written(sender="ada@authors.example", text=LONG),
        "mail decided": held_mail.written(subject=LONG[:200], text="Spam."),
    }
    for name, raw in mails.items():
        stored = held_mail.received(raw, came=now)
        world.moderators[name] = f"/moderation/mail/{stored.pk}/"
        if name == "mail decided":
            held.discard(pk=stored.pk, moderator=world.moderator, reason=LONG, now=now)
    broken = held_mail.received(held_mail.written(text="Broken."), came=now)
    Incoming.objects.filter(pk=broken.pk).update(
        state="broken", error=f"ValueError: {LONG}"[:1000], retry_at=now + DAY
    )
    world.moderators["mail broken"] = f"/moderation/mail/{broken.pk}/"
