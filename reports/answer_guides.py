"""How to write each kind of answer: what it is for, what to write, and one example.

The author's page shows them beside its form, /guide/authors/ as a page of its own. The examples are
about a made-up paper.
"""

from dataclasses import dataclass

from reports.models import Answer


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One kind of answer as the form offers it and the guide explains it."""

    value: str
    label: str
    hint: str  # one line beside the choice
    write: str  # what to write
    example: str


Kind = Answer.Kind
_WORDS = {
    Kind.EXPLAINS: (
        "what may have made the difference",
        "Name what differs between your runs and the reporter's: a seed, a version of the data, a "
        "setting that the paper leaves out. Say where a reader can check it.",
        "The paper does not mention that we warm up for 500 steps; it is in configs/table2.yaml, "
        "line 14. Without the warm-up we get 90.4 ourselves.",
    ),
    Kind.PROVIDES: (
        "with the link below",
        "Give a link that opens without asking anybody, and say which file makes the number.",
        "The training code and the weights of Table 2 are at the link, tag v1.1. “python train.py "
        "--config table2” takes three hours on one GPU and gives 93.0.",
    ),
    Kind.CORRECTS: (
        "an erratum, or a version of the paper in which it is right",
        "Say what was wrong, what the right value is, and where it now stands.",
        "The report is right about row 3: we had evaluated on the validation split. On the test "
        "split it is 90.3 ± 0.2. Version 3 of the preprint has the corrected table.",
    ),
    Kind.CONTESTS: (
        "the report is mistaken, and where",
        "Say what in the report is mistaken and how a reader can see it. Write about the attempt, "
        "not about the person.",
        "The reporter's log shows batch size 64; Section 4.1 says 8. With 64 we get the "
        "reporter's 90.2, with 8 the 93.1 of the paper. Our log is at the link.",
    ),
    Kind.CANNOT_SHARE: (
        "and why",
        "Say what cannot be shared and why (a licence, patients' data, a contract), and what a "
        "reader could use instead.",
        "The recordings belong to a hospital and may not leave it. A made-up set of the same "
        "format is at the link; the code runs on it, but it cannot show the paper's 93.1.",
    ),
    Kind.AGREES: (
        "the result cannot be obtained as stated; a second letter asks you once more before that "
        "counts",
        "You need not write anything; a sentence helps readers. Nothing is confirmed yet: a second "
        "letter asks you once more, and then your co-authors can object.",
        "We agree. We could not obtain 93.1 again ourselves; the script that made the table is "
        "lost.",
    ),
    Kind.EARLIER_STANDS: (
        "what you said about an earlier report says it all",
        "You need not write anything: this report then points to your earlier answer.",
        "Nothing to add to what we wrote about the first report.",
    ),
}  # fmt: skip

GUIDES = {
    kind: Guide(value=kind.value, label=kind.label, hint=hint, write=write, example=example)
    for kind, (hint, write, example) in _WORDS.items()
}
"""By kind, in the order of the form."""
