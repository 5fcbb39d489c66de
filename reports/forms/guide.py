"""The guide of the report form: a good and a bad example for each field that people get wrong.

Why a bad one is bad is said in a few words. The papers and people are made up.
"""

from dataclasses import dataclass

from django.forms.boundfield import BoundField


@dataclass(frozen=True)
class Guide:
    """How to fill in a field, shown."""

    good: str
    bad: str
    why: str  # the bad one is bad


GUIDES = {
    # 1. The paper
    "q": Guide(
        "arXiv:2401.01234v2", "frobnication", "one word fits many papers; an identifier fits one"
    ),
    "authors": Guide(
        "Ada Muster\nBo Probe", "Muster et al.", "each author is asked under their own name"
    ),
    "identifiers": Guide(
        "10.1234/fict.2024.17", "our library's copy, no. 8812", "others cannot look it up"
    ),
    # 2. What you tried
    "mode": Guide(
        "re-run, for a run of the authors' script with your batch size",
        "own data, because the authors' data had to be downloaded again",
        "own data means data that the paper does not have",
    ),
    "version": Guide("arXiv v2", "the newest", "tomorrow another one is the newest"),
    "again_because": Guide(
        "The first report used one GPU; this one uses eight, as the paper does.",
        "Tried again.",
        "it does not say what differs",
    ),
    "summary": Guide(
        "Cloned the repository at abc123, installed requirements.txt, ran train.sh with seeds 1 to "
        "3, and evaluated with eval.py on the test split.",
        "The authors hid that their code does not work.",
        "it guesses what the authors meant, and does not say what you did",
    ),
    "code_url": Guide(
        "https://code.example/muster/frobnet",
        "https://code.example/me/my-copy",
        "your own copy is evidence: it belongs into section 5",
    ),
    "code_commit": Guide("abc1234, of 3 May 2026", "main", "a branch moves on"),
    "data_used": Guide(
        "Widgets-10 version 1.1, downloaded on 3 May 2026, SHA-256 9f2c…",
        "the usual data",
        "versions of a data set differ",
    ),
    "environment": Guide(
        "Debian 12, one A100 with 40 GB, CUDA 12.1, PyTorch 2.1.0",
        "my computer",
        "results depend on versions and hardware",
    ),
    "hours": Guide("12.5, your own work", "900, the hours of the GPU", "your own time counts"),
    "differences": Guide(
        "Batch size 64 instead of 256 (memory); everything else as in section 4.1.",
        "minor changes",
        "authors cannot tell whether these explain the result",
    ),
    # 3. Results
    "claim.place": Guide(
        "p. 5, Table 2, row “Ours”, column “top-1”", "results section", "nobody finds the number"
    ),
    "claim.quote": Guide(
        "“FrobNet reaches 93.1 ± 0.2 on Widgets-10.”",
        "They say that theirs is the best.",
        "these are your words, and there is no number",
    ),
    "claim.metric": Guide("top-1 accuracy, %", "performance", "it cannot be measured again"),
    "claim.dataset": Guide("Widgets-10, test split", "Widgets", "splits give different values"),
    "claim.claimed": Guide("93.1 ± 0.2", "about 93", "copy the number as it is printed"),
    "claim.runs": Guide(
        "90.1 90.5 89.9", "best of three: 90.5", "a best run cannot be compared with a mean"
    ),
    "claim.tolerance": Guide(
        "0.6, in the unit of the metric", "5, to be safe", "it should follow from a spread"
    ),
    "claim.tolerance_reason": Guide(
        "Three times the paper's standard deviation over seeds (0.2).",
        "seems fair",
        "others cannot check it",
    ),
    # 4. Outcome
    "outcome": Guide(
        "did not match, for 90.2 against 93.1 with a tolerance of 0.6",
        "could not be attempted, because the values were too low",
        "that is for what never ran",
    ),
    "looked_for": Guide(
        "The training code, and the weights named in section 5.",
        "everything",
        "a moderator looks for the same things",
    ),
    "looked_where": Guide(
        "The repository of footnote 1, the first author's homepage, the publisher's supplement.",
        "on the web",
        "say the places, so that others can look there again",
    ),
    "looked_when": Guide("1 and 9 May 2026", "lately", "things appear and vanish: write dates"),
    "missing": Guide(
        "The preprocessing script; the repository has only README.md.",
        "the code is bad",
        "it does not say what is not there",
    ),
    # 5. Evidence
    "evidence.url": Guide(
        "https://code.example/rita/frobnet-rerun/blob/4f9d2a5/log.txt",
        "https://drive.example/private/123",
        "it must open for everybody, and stay the same",
    ),
    "evidence.note": Guide("Log of the three runs", "stuff", "say what the reader will see"),
    # 6. The authors' addresses
    "address.author": Guide(
        "Ada Muster, or 1", "the first author", "write the name or the number of the position"
    ),
    "address.email": Guide(
        "ada@lab.example.org", "info@lab.example.org", "a common address may reach nobody in time"
    ),
    "address.source": Guide(
        "First page of arXiv v2", "I know her", "a moderator must be able to look there"
    ),
    # 7. You
    "shown_as": Guide(
        "A careful reader", "Prof. Ada Muster (not yours)", "another person's name misleads"
    ),
    "group": Guide(
        "Widget Lab, University of Examples",
        "none",
        "leave it empty if the attempt was yours alone",
    ),
    "conflict": Guide(
        "I work on a competing method; or: none",
        "no comment",
        "readers want to know, and it does not count against you",
    ),
}  # fmt: skip


def guide_of(field: BoundField) -> Guide | None:
    """The guide of a field of the page; rows have those of their kind."""
    if not getattr(field.form, "guided", False):
        return None
    kind = (field.form.prefix or "").partition("-")[0]
    return GUIDES.get(f"{kind}.{field.name}" if kind else field.name)
