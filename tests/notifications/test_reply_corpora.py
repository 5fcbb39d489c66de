"""Replies that other projects collected: how many give the text that they assert."""

from pathlib import Path

import pytest
from django.conf import settings

from bench.replies import measured

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(
        not (DATA / "email_reply_trimmer").exists(), reason="the shared replies are not here"
    ),
]


@pytest.mark.parametrize("collection", ["email_reply_trimmer", "talon"])
def test_at_least_85_percent_of_the_replies_give_the_expected_text(collection: str) -> None:
    outcome = measured(collection, DATA)
    assert outcome.right + len(outcome.wrong) >= 10
    assert outcome.share >= 0.85, [case.name for case, _ in outcome.wrong]


def test_no_word_of_an_answer_is_lost_where_a_footer_may_stay() -> None:
    """Official letters: what is folded away there is doubtful, what is shown there must stay."""
    outcome = measured("alaveteli_mail", DATA)
    assert outcome.right >= 4
    for case, got in outcome.wrong:
        opening = case.expected.split("****")[0].split("References")[0].split("----")[0]
        assert "".join(opening.split()) in "".join(got.split()), case.name


def test_no_reply_of_any_collection_takes_long() -> None:
    for collection in ("email_reply_trimmer", "talon", "alaveteli_mail", "mail_parser_reply"):
        outcome = measured(collection, DATA)
        assert outcome.seconds < 0.2 * (outcome.right + len(outcome.wrong))
