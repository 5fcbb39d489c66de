"""Words that are stored, or that programs read, in the language of the page."""

from collections.abc import Iterable

from django import template

from registry import languages

register = template.Library()
register.filter("word", languages.word)


@register.filter
def words(stored: Iterable[object]) -> list[str]:
    """Several of them."""
    return [languages.word(one) for one in stored]
