"""The card of a paper that other sites show in a frame, and oEmbed (oembed.com) for it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html

from registry.feeds import absolute, one_line
from registry.languages import ENGLISH, path_in
from registry.models import Paper
from registry.selectors import address_of

WIDTH, HEIGHT = 480, 220  # pixels of the frame, unless the asking site has less room
CACHED = 3600  # seconds that a site may keep an answer: the card itself is always asked for
PAGES = ("paper", "paper_by_id", "registry:embed")
"""The addresses, by name, that stand for a paper."""


@dataclass(frozen=True)
class Frame:
    """Its size in pixels; at most that of the card."""

    width: int = WIDTH
    height: int = HEIGHT

    @classmethod
    def within(cls, width: str, height: str) -> "Frame":
        """The frame for a site that has so much room; what is no number says nothing."""
        room = [
            int(value) if value.isascii() and value.isdigit() and len(value) < 6 else usual
            for value, usual in ((width, WIDTH), (height, HEIGHT))
        ]
        return cls(min(room[0], WIDTH), min(room[1], HEIGHT))


def paper_at(url: str) -> int | None:
    """The id of the paper whose page, or card, has this web address; None for any other."""
    try:
        named, own = urlsplit(url.strip()), urlsplit(settings.SITE_URL)
        if named.scheme not in ("http", "https") or named.netloc.lower() != own.netloc.lower():
            return None
        found = resolve(path_in(ENGLISH, named.path))
    except (ValueError, Resolver404):
        return None
    number: int | None = found.kwargs.get("paper_id") if found.view_name in PAGES else None
    return number


def iframe(paper: Paper, frame: Frame) -> str:
    """The HTML that shows the card of `paper`."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" frameborder="0">'
        "</iframe>",
        absolute(reverse("registry:embed", args=[paper.pk])),
        f"Standing at {settings.SITE_NAME}: {one_line(paper.title)}",
        frame.width,
        frame.height,
    )


def oembed(paper: Paper, frame: Frame) -> dict[str, str | int]:
    """What oEmbed says of the paper, of type *rich*."""
    return {
        "version": "1.0",
        "type": "rich",
        "title": one_line(f"{paper.title}: {paper.get_standing_display()}"),
        "provider_name": one_line(settings.SITE_NAME),
        "provider_url": f"{settings.SITE_URL}/",
        "url": absolute(address_of(paper)),
        "cache_age": CACHED,
        "html": iframe(paper, frame),
        "width": frame.width,
        "height": frame.height,
    }
