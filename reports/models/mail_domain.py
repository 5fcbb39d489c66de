"""Whether a domain takes mail, as its name servers say."""

from django.db import models
from django.db.models import Q


class MailDomain(models.Model):
    """The domain of an address that somebody gave, and what came of asking (mail_domains.py)."""

    domain = models.CharField(max_length=253, unique=True, help_text="As in the address.")
    takes_mail = models.BooleanField(null=True, blank=True, help_text="Null: it could not be told.")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Of the next try, if one is due."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_a_domain_says_has_a_date",
                condition=Q(takes_mail=None) | Q(tried_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="domain_due", condition=Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"domain {self.pk}"
