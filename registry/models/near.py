"""By what titles and words are found that are nearly what was asked for."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from registry.models.paper import Paper


class NearTitle(models.Model):
    """One of the keys by which titles are found that differ in one word: only of papers with a
    public report. It helps to suggest, and decides nothing (registry/near_titles.py)."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="near_titles")
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "paper"], name="one_near_title")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.key}"


class Word(models.Model):
    """A word of titles and names, without case and accents, by which typing errors are put right
    (registry/spelling.py)."""

    word = models.CharField(max_length=40, primary_key=True)
    times = models.PositiveIntegerField(help_text="In titles and names of public papers.")

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="word_trigrams")]

    def __str__(self) -> str:
        return self.word
