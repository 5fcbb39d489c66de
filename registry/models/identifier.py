"""A paper's names in the schemes of identifiers."""

from typing import ClassVar

from django.db import models
from django.db.models import Func

from registry.models.paper import Paper


class Scheme(models.TextChoices):
    """The identifier schemes, in the order in which a paper shows them."""

    DOI = "doi", "DOI"
    ARXIV = "arxiv", "arXiv"
    OPENREVIEW = "openreview", "OpenReview"
    ACL = "acl", "ACL Anthology"
    PMID = "pmid", "PubMed"
    ISBN = "isbn", "ISBN"
    S2 = "s2", "Semantic Scholar"
    OPENALEX = "openalex", "OpenAlex"


class Bucket(Func):
    """The first three hexadecimal digits of the SHA-256 of `scheme:value`, by which libraries are
    checked without being sent (product.md, section 10)."""

    function = "registry_bucket"
    arity = 2
    output_field = models.CharField()


class Identifier(models.Model):
    """A paper's name in a scheme, in the one spelling of `registry.identifiers`."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="one_paper_an_identifier")
        ]
        indexes = [models.Index(Bucket("scheme", "value"), name="identifier_bucket")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
