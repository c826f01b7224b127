"""The ledger: rows that are appended and never changed. Every figure is a sum over ``Event``."""

from functools import cache

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .base import WrittenOnce, where_given
from .enterprise import Ownership
from .organization import Sector


class LedgerHead(models.Model):
    """The clock of one zone: every act locks it, takes its next numbers and moves it on.

    ``version`` rises once an act and keys what is cached; ``chain_hash`` seals all rows so far.
    """

    zone = models.OneToOneField("organizations.Zone", models.PROTECT, related_name="head", verbose_name=_("zone"))
    seq = models.PositiveBigIntegerField(_("rows so far"), default=0)
    last_recorded_at = models.DateTimeField(_("recorded at"), null=True)
    chain_hash = models.CharField(_("seal"), max_length=64, blank=True)
    version = models.PositiveBigIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("head of the ledger")
        verbose_name_plural = _("heads of the ledger")

    def __str__(self):
        return f"{self.zone_id}: {self.seq}"


class LedgerQuerySet(models.QuerySet):
    def visible_to(self, user):
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)

    def known_at(self, moment):
        """Rows recorded by ``moment`` (an aware datetime); all when it is None."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def live(self):
        """Rows that still stand; tables that can take a row back say which those are."""
        return self


class LedgerRow(WrittenOnce):
    """What every append-only row carries. Triggers in the database refuse to update or delete it.

    ``seq`` and ``hash`` chain all ledger rows of a zone, whatever their table, in the order they were recorded.
    """

    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, related_name="+", db_index=False, verbose_name=_("zone")
    )
    seq = models.PositiveBigIntegerField(_("place in the ledger"), editable=False)
    prev_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    batch_row = models.ForeignKey(
        "organizations.BatchRow", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from line")
    )

    replace_key = ("zone", "seq")
    unsealed = frozenset({"id", "hash"})  # fields the hash does not cover

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def sealed_values(self):
        """What the hash covers: every column by name, as plain values that read back the same from any database."""
        values = self.__dict__  # a fraction of the time of asking each column's descriptor
        return {
            name: value
            for name in self._sealed_names()
            if (value := values[name] if name in values else getattr(self, name)) is not None
        }

    @classmethod
    @cache
    def _sealed_names(cls):
        return tuple(field.attname for field in cls._meta.concrete_fields if field.attname not in cls.unsealed)


class Kind(models.TextChoices):
    """What can happen. The tables in ``organizations.lifecycle`` say to whom and when."""

    ESTABLISHED = "established", _("established")
    UPGRADED = "upgraded", _("upgraded")
    DOWNGRADED = "downgraded", _("downgraded")
    TRANSFERRED_IN = "transferred_in", _("transferred in")
    TRANSFERRED_OUT = "transferred_out", _("transferred out")
    MERGED_AWAY = "merged_away", _("merged into another")
    SPLIT_FROM = "split_from", _("split from another")
    DISSOLVED = "dissolved", _("dissolved")
    FORMED_BY_MERGER = "formed_by_merger", _("formed by merger")
    SUSPENDED = "suspended", _("suspended")
    RESUMED = "resumed", _("resumed")
    RENAMED = "renamed", _("renamed")
    RETYPED = "retyped", _("changed type")
    ADMITTED = "admitted", _("Party members admitted")
    RECOGNISED = "recognised", _("Party members recognised as official")
    JOINED = "joined", _("members joined")
    LEFT = "left", _("members left")
    MEMBER_TRANSFERRED_IN = "member_transferred_in", _("members transferred in")
    MEMBER_TRANSFERRED_OUT = "member_transferred_out", _("members transferred out")
    REMOVED = "removed", _("members removed")


class HistoryQuerySet(LedgerQuerySet):
    """What is told of a row of the register: its own history and that of the rows merged into it."""

    def of_organization(self, organization):
        return self.filter(organization__in=organization.with_duplicates())

    def of_enterprise(self, enterprise):
        return self.filter(enterprise__in=enterprise.with_duplicates())


class EventQuerySet(HistoryQuerySet):
    def of_indicator(self, indicator):
        """The events an indicator counts (``indicator.selection()`` says which)."""
        return self.filter(indicator.selection().q())

    def of_sector(self, sector):
        return self.filter(sector=sector)

    def in_zones(self, zone_ids):
        return self.filter(zone__in=zone_ids)

    def in_year(self, year):
        return self.filter(effective_on__year=year)

    def in_years(self, first, last):
        return self.filter(effective_on__year__gte=first, effective_on__year__lte=last)

    def in_months(self, first, last):
        """Events of these months, of whichever year."""
        if (first, last) == (1, 12):
            return self
        return self.filter(effective_on__month__gte=first, effective_on__month__lte=last)

    def as_of(self, day):
        """Events that had taken effect by ``day``; all when it is None."""
        return self if day is None else self.filter(effective_on__lte=day)

    def without_decision(self):
        """Events that name no decision and should; a monthly count is dated the first of its month and needs none."""
        monthly = Q(kind__in=(Kind.JOINED, Kind.LEFT), effective_on__day=1)
        return self.live().filter(decision=None).exclude(monthly)

    def live(self):
        """Events that still stand: neither reversals nor reversed."""
        return self.filter(reverses=None).filter(~Exists(Event.objects.filter(reverses=OuterRef("pk"))))

    def totals(self):
        """One row: quantity, female, workers, stock_delta, and how many events still stand."""
        return self.aggregate(
            quantity=Coalesce(Sum("quantity"), 0),
            female=Coalesce(Sum("female"), 0),
            workers=Coalesce(Sum("workers"), 0),
            stock_delta=Coalesce(Sum("stock_delta"), 0),
            live=Coalesce(Sum(LIVE_WEIGHT), 0),
        )


# An event weighs 1, its reversal −1: the sum over any day's events is how many of them stand.
LIVE_WEIGHT = models.Case(models.When(reverses=None, then=1), default=-1, output_field=models.IntegerField())


def parts_within_quantity(name):
    """A part has the sign of the quantity, which those who left and reversals store negative, and is not larger."""
    return models.CheckConstraint(
        condition=Q((name, None))
        | Q((f"{name}__gte", 0), (f"{name}__lte", F("quantity")))
        | Q((f"{name}__lte", 0), (f"{name}__gte", F("quantity"))),
        name=f"event_{name}_within_quantity",
        violation_error_message=_("A part of a count cannot exceed the total."),
    )


class Event(LedgerRow):
    """One dated, documented fact. Dimensions are copied when it is recorded, so later moves rewrite nothing."""

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="events",
        db_index=False,
        verbose_name=_("organisation"),
    )
    effective_on = models.DateField(_("effective on"))
    quantity = models.IntegerField(_("quantity"))
    female = models.IntegerField(_("of whom women"), null=True, blank=True)
    workers = models.IntegerField(_("of whom direct workers"), null=True, blank=True)
    stock_delta = models.IntegerField(_("change of stock"), default=0)
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices)
    type = models.ForeignKey(
        "organizations.OrganizationType", models.PROTECT, related_name="+", db_index=False, verbose_name=_("type")
    )
    from_type = models.ForeignKey(
        "organizations.OrganizationType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("former type"),
    )
    counts_as_new = models.BooleanField(_("counts as new"), default=False)
    park = models.ForeignKey("organizations.Park", models.PROTECT, related_name="+", verbose_name=_("industrial park"))
    enterprise = models.ForeignKey(
        "organizations.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
        verbose_name=_("enterprise"),
    )
    ownership = models.CharField(_("ownership"), max_length=12, choices=Ownership.choices, default=Ownership.NONE)
    decision = models.ForeignKey(
        "organizations.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
        verbose_name=_("decision"),
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name=_("reverses")
    )
    act = models.CharField(_("act"), max_length=36, blank=True, editable=False)
    old_name = models.CharField(_("former name"), max_length=250, blank=True)
    new_name = models.CharField(_("new name"), max_length=250, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    idempotency_key = models.CharField(_("key"), max_length=100, null=True, blank=True, unique=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-effective_on", "-id"]
        indexes = [
            models.Index(fields=["zone", "sector", "kind", "effective_on"], name="event_by_figure"),
            models.Index(fields=["zone", "effective_on"], name="event_by_day"),
            models.Index(fields=["organization", "effective_on"], name="event_by_organization"),
            where_given("enterprise", name="event_by_enterprise"),
            where_given("decision", name="event_by_decision"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["zone", "seq"], name="event_seq_once"),
            parts_within_quantity("female"),
            parts_within_quantity("workers"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.effective_on:%d/%m/%Y}"


class Change(LedgerRow):
    """One change of a register row: who, when, from which line, before, after, why."""

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        VOIDED = "voided", _("withdrawn")
        RESTORED = "restored", _("restored")

    model = models.CharField(_("table"), max_length=60)
    object_id = models.BigIntegerField(_("row"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "object_id"], name="change_by_row")]
        constraints = [models.UniqueConstraint(fields=["zone", "seq"], name="change_seq_once")]

    def __str__(self):
        return f"{self.get_action_display()} {self.model} {self.object_id}"
