"""`manage.py load_sample`: a few made-up papers and people, and one inquiry of two minutes."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registry.models import Paper
from registry.services import enter_paper
from reports import services
from reports.deadlines import Policy
from reports.models import Address, Claim, Evidence, Report
from reports.states import Mode, Outcome

PAPERS = [
    ("Lantern Networks for Sparse Widget Prediction", ["Ada Example", "Ben Sample"], 2024),
    ("稀疏齿轮预测的灯笼网络", ["示例 安", "样本 博"], 2025),
    ("Stable Training of Deep Clockwork Models", ["Chi Muster", "Dora Beispiel"], 2023),
]
LIVE_WINDOW = timedelta(minutes=2)


class Command(BaseCommand):
    """Loads the sample once; a second run changes nothing."""

    help = "Load a small made-up sample, for trying only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the people, the papers, a report that waits and one whose authors are asked."""
        if User.objects.filter(email="reporter@example.org").exists():
            self.stdout.write("The sample is here already.")
            return
        now = timezone.now()
        with transaction.atomic():
            reporter = User.objects.create_user(
                "reporter@example.org", name="Rea Porter", affiliation="Institute of Samples"
            )
            moderator = User.objects.create_user(
                "moderator@example.org", name="Mo Derator", is_staff=True
            )
            papers = [self._paper(*row, now) for row in PAPERS]
            self._report(papers[0], reporter, now)
            live = self._report(papers[1], reporter, now)
            matched = self._report(papers[2], reporter, now, outcome=Outcome.MATCHED)
            for report in (live, matched):
                services.accept(
                    report_id=report.pk,
                    moderator=moderator,
                    checks=dict.fromkeys(services.ACCEPTANCE, True),
                    checked_addresses=list(report.addresses.values_list("pk", flat=True)),
                    now=now,
                    policy=Policy.of(LIVE_WINDOW),
                )
        self.stdout.write("The sample is loaded: one inquiry ends in two minutes.")

    def _paper(self, title: str, authors: list[str], year: int, now: datetime) -> Paper:
        paper = enter_paper(
            title=title, authors=authors, venue="Journal of Made-up Results", year=year, url="",
            identifiers=[], now=now,
        )  # fmt: skip
        Paper.objects.filter(pk=paper.pk).update(is_public=True)
        return paper

    def _report(
        self, paper: Paper, reporter: User, now: datetime, outcome: Outcome = Outcome.NOT_MATCHED
    ) -> Report:
        report = Report.objects.create(
            paper=paper, reporter=reporter, state_at=now, created_at=now, updated_at=now,
            mode=Mode.RERUN, outcome=outcome, version="v1", hours=12, licence_agreed=True,
            summary="We ran the authors' code with five seeds.", environment="Debian 12, one GPU",
            shown_as="Rea Porter", conflict="none",
        )  # fmt: skip
        obtained = [93.0, 93.2] if outcome is Outcome.MATCHED else [90.1, 90.4, 89.9]
        Claim.objects.create(
            report=report, position=1, place="Table 2", quote="reaches 93.1 % accuracy",
            metric="accuracy (%)", dataset="Widgets, test", claimed=93.1, runs=obtained,
            tolerance=0.5, tolerance_reason="Twice the spread that the paper states.",
        )  # fmt: skip
        Evidence.objects.create(
            report=report, position=1, kind="log", url="https://logs.example/sample"
        )
        if outcome is not Outcome.MATCHED:
            Address.objects.create(
                report=report, author_position=1, rank=1, email=f"author{paper.pk}@example.com",
                corresponding=True, source="The paper's first page", language="both",
            )  # fmt: skip
        return services.submit(report_id=report.pk, user=reporter, now=now)
