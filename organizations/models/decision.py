from functools import cache, reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vietnamese.text import clean, search_key

from .base import NamedRow


class Issuer(NamedRow):
    """A body that signs decisions; unknown ones are created as they are met."""

    class Meta:
        verbose_name = _("issuing body")
        verbose_name_plural = _("issuing bodies")
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["search_key"],
                name="issuer_once",
                violation_error_message=_("This issuing body exists already."),
            )
        ]


@cache
def citing_models():
    """The ledger tables, of whatever room, whose rows cite decisions."""
    from .ledger import LedgerRow

    return [
        model
        for model in apps.get_models()
        if issubclass(model, LedgerRow) and any(field.name == "decision" for field in model._meta.fields)
    ]


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Decisions the person's zones recorded, or cite in a ledger row the person may see."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.in_zones(ids)

    def in_zones(self, ids):
        """Decisions that the zones recorded, alone or after another zone, or cite in a ledger row of theirs."""
        from .ledger import Change

        cited = [
            Exists(model._default_manager.filter(decision=OuterRef("pk"), zone__in=ids)) for model in citing_models()
        ]
        told = Change.objects.filter(model=Decision._meta.label_lower, object_id=OuterRef("pk"), zone__in=ids)
        return self.filter(reduce(or_, cited, Q(zone__in=ids) | Exists(told)))

    def with_scan(self, user, *, there=True):
        """Decisions of which the person sees a scan; or, unless ``there``, those of which none is seen."""
        from .attachment import Attachment

        scan = Exists(Attachment.objects.visible_to(user).standing().filter(decision=OuterRef("pk")))
        return self.filter(scan if there else ~scan)

    def live(self):
        """Decisions that were not withdrawn, or that a standing row cites all the same."""
        cited = [Exists(model._default_manager.live().filter(decision=OuterRef("pk"))) for model in citing_models()]
        return self.filter(reduce(or_, cited, Q(voided_by=None)))


class Decision(models.Model):
    """A signed paper. Its key is issuer + number + date: numbers restart with each term."""

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="decisions", verbose_name=_("issuing body"))
    number = models.CharField(_("number-symbol"), max_length=80)
    number_key = models.CharField(max_length=80, editable=False)
    search_key = models.CharField(max_length=1100, editable=False, default="")
    issued_on = models.DateField(_("date"))
    signer = models.CharField(_("signer"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, related_name="decisions", verbose_name=_("recorded by zone")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    voided_by = models.ForeignKey(
        "organizations.Batch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("withdrawn by"),
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-issued_on", "number_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number_key", "issued_on"],
                name="decision_once",
                violation_error_message=_("This issuer has a decision of this number and date already."),
            )
        ]

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        self.refresh_keys()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("organizations:decision", args=[self.pk])

    def zone_ids(self):
        """The zones that recorded it, alone or after another, or cite it (a query for each table)."""
        from .ledger import Change

        told = Change.objects.filter(model=self._meta.label_lower, object_id=self.pk)
        rows = [told, *(model._default_manager.filter(decision=self.pk) for model in citing_models())]
        return {self.zone_id}.union(*(part.order_by().values_list("zone_id", flat=True).distinct() for part in rows))

    @staticmethod
    def key_of(number):
        """How a number-symbol is compared: without blanks and case, so ``12 -QĐ/ĐU`` equals ``12-qđ/đu``."""
        return "".join(clean(number).split()).casefold()

    def refresh_keys(self):
        """Recompute what is derived from the words; the set-based writer calls this, ``save`` does too."""
        self.number = clean(self.number)
        self.number_key = self.key_of(self.number)
        self.search_key = self.words_of(self.number, self.issuer.name, self.signer, self.summary)

    @staticmethod
    def words_of(number, issuer, signer, summary):
        """What a decision is found by; the number also in one word, for 12-QĐ/ĐU is typed as 12qdu, too."""
        key = search_key(number)
        return f"{key} {key.replace(' ', '')} {search_key(f'{issuer} {signer} {summary}')}"[:1100]
