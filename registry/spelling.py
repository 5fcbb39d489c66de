"""Typing errors in a search: words that no paper has, and the words that were probably meant.

They are compared with the words of titles and names, which a sweep gathers every six hours, and not
with titles: of those there are twenty-five times as many. A word is put right if one letter is left
out, added, changed, or has changed places with the next (Damerau 1964); of six letters and more,
two. The nearest is taken, then the commonest. Only Latin letters: of Chinese, Japanese and Korean
each character is a word of its own.
"""

import re

from django.db import connection, transaction
from rapidfuzz.distance import OSA

from registry.identifiers import fold
from registry.models import Word

SHORTEST, LONGEST = 4, 40
"""Letters of a word that is gathered and put right."""
TWO_ERRORS = 6
"""Letters from which on a word may differ in two."""
MOST = 5
"""Words of one question that are put right."""
ALIKE = 0.2
"""Trigrams in common (pg_trgm), of all of both, below which words are not compared: in five letters
two that changed places leave a fifth."""
COMPARED = 300
"""Words of so many trigrams in common that are compared."""
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?!\w)")
_GATHERED = f"""
    INSERT INTO registry_word (word, times)
    SELECT word, count(*) FROM (
        SELECT unnest(regexp_split_to_array(
            lower(unaccent(title || ' ' || names)), '[^[:alpha:]]+')) AS word
        FROM registry_paper WHERE is_public
    ) AS each
    WHERE word ~ '^[a-z]{{{SHORTEST},{LONGEST}}}$' GROUP BY word
"""  # noqa: S608 - numbers of this file


def gather() -> None:
    """Gather the words of all public papers anew. Whoever asks meanwhile has the old ones."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_word")
        cursor.execute(_GATHERED)


def corrected(question: str) -> str:
    """The question with its misspelled words put right; empty if none can be.

    What a minus excludes stays as it is typed.
    """
    typed = {match[0]: fold(match[0]) for match in _WORD.finditer(question)}
    typed = {
        word: plain
        for word, plain in typed.items()
        if SHORTEST <= len(plain) <= LONGEST and plain.isascii()
    }
    plain_words = set(typed.values())
    known = set(Word.objects.filter(word__in=plain_words).values_list("word", flat=True))
    known |= _found(plain_words - known)
    unknown = [word for word, plain in typed.items() if plain not in known][:MOST]
    meant = {word: best for word in unknown if (best := _meant(typed[word]))}
    if not meant:
        return ""
    return _WORD.sub(lambda match: meant.get(match[0], match[0]), question)


def _found(words: set[str]) -> set[str]:
    """Those of these words that a search finds, in another form of theirs."""
    if not words:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) AS word WHERE EXISTS (SELECT FROM registry_paper"
            " WHERE is_public AND search @@ plainto_tsquery('registry', word))",
            [list(words)],
        )
        return {word for (word,) in cursor.fetchall()}


def _meant(word: str) -> str:
    """The word that is nearest to one that no paper has; empty if none is near."""
    errors = 2 if len(word) >= TWO_ERRORS else 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {ALIKE}")
        cursor.execute(
            "SELECT word, times FROM registry_word WHERE word %% %s"
            " AND length(word) BETWEEN %s AND %s"
            " ORDER BY similarity(word, %s) DESC, times DESC LIMIT %s",
            [word, len(word) - errors, len(word) + errors, word, COMPARED],
        )
        near = [
            (OSA.distance(word, other, score_cutoff=errors), -times, other)
            for other, times in cursor.fetchall()
        ]
    distance, _, best = min(near, default=(errors + 1, 0, ""))
    return best if distance <= errors else ""
