"""The badge of a paper's standing as SVG, and what people copy to show it.

The word says it, and stands in the title for who does not see it. Tones are calm, each of a
lightness of its own, so that they differ also without colour.
"""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from registry.feeds import absolute
from registry.models import Identifier, Paper, Standing

LABEL = "reproduction"
DARK, LIGHT = "#15191d", "#ffffff"
TONES: dict[str, tuple[str, str]] = {
    Standing.NO_ANSWER: (DARK, LIGHT),
    Standing.CONFIRMED: ("#343c44", LIGHT),
    Standing.DISPUTED: ("#774481", LIGHT),
    Standing.ANSWERED: ("#2a7085", LIGHT),
    Standing.PARTIAL_NO_ANSWER: ("#d0a850", DARK),
    Standing.UNREACHED: ("#b4b9be", DARK),
    Standing.RESOLVED: ("#a3cddb", DARK),
    Standing.REPLICATED: ("#a3dbaa", DARK),
    Standing.REPRODUCED: ("#bfe6c3", DARK),
    Standing.NONE: ("#eeece6", DARK),
}
"""Ground and letters of each standing."""
LETTER, SPACE = 6.4, 8  # width of a letter on average, and beside the words; pixels


def svg(standing: Standing) -> str:
    """The badge, which asks nobody for a font or a style."""
    label, words = round(len(LABEL) * LETTER), round(len(standing.label) * LETTER)
    ground, letters = TONES[standing]
    context = {
        "label": LABEL,
        "words": standing.label,
        "ground": ground,
        "letters": letters,
        "label_length": label,
        "words_length": words,
        "label_width": label + 2 * SPACE,
        "words_width": words + 2 * SPACE,
        "width": label + words + 4 * SPACE,
        "label_at": SPACE,
        "words_at": label + 3 * SPACE,
    }
    return render_to_string("registry/badge.svg", context)


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A text to copy, and the language it is in."""

    language: str
    text: str


def badge_url(identifier: Identifier) -> str:
    """The web address of the badge, as it may stand in Markdown."""
    path = reverse("registry:badge", args=[identifier.scheme, identifier.value])
    return absolute(path).replace("(", "%28").replace(")", "%29").replace("'", "%27")


def snippets(paper: Paper, identifier: Identifier) -> list[Snippet]:
    """What shows the badge elsewhere, with a link to the paper's page."""
    image, page = badge_url(identifier), absolute(reverse("paper_by_id", args=[paper.pk]))
    alt = f"Standing of this paper at {settings.SITE_NAME}"
    return [
        Snippet(language="Markdown", text=f"[![{alt}]({image})]({page})"),
        Snippet(
            language="HTML",
            text=format_html('<a href="{}"><img src="{}" alt="{}"></a>', page, image, alt),
        ),
        Snippet(
            language="reStructuredText",
            text=f".. image:: {image}\n   :target: {page}\n   :alt: {alt}",
        ),
    ]
