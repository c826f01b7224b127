"""Frozen figures: what a zone reported for a period, who signed it and what became of it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from organizations.models.base import WrittenOnce
from targets.periods import YEARS, Period

from .attainment import PaceStanding, Standing


def person(label, **options):
    """A foreign key to who did something."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


LATER = {"null": True, "blank": True, "editable": False}


class State(models.TextChoices):
    """Where a snapshot stands. ``reports.snapshots.steps`` says what leads from one to the next."""

    DRAFT = "draft", _("drafted")
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")
    REOPENED = "reopened", _("reopened")
    WITHDRAWN = "withdrawn", _("withdrawn")


class NoFigure(models.TextChoices):
    """Why a rate has no figure, though its numerator may have one: there was nothing to divide it by."""

    NOTHING = "nothing", _("its denominator is 0")
    UNKNOWN = "unknown", _("nobody had counted its denominator")


OPEN = (State.DRAFT, State.SUBMITTED)  # waiting for somebody: one of a zone and period at a time


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The snapshots of the zones a person reads."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)

    def in_zones(self, zone_ids):
        return self.filter(zone__in=zone_ids)

    def of_period(self, period: Period):
        return self.filter(period=period.code)

    def accepted(self, zone, period: Period):
        """What the City Organization Board accepted of ``zone`` for ``period`` and has not reopened; the last one."""
        return self.of_period(period).filter(zone=zone, state=State.ACCEPTED).order_by("number").last()

    def of_year(self, year):
        """The snapshots of every period of ``year``."""
        return self.filter(first_day__year=year)

    def in_state(self, *states):
        return self.filter(state__in=states)

    def latest(self):
        """Of each zone and period the one drafted last, those withdrawn aside."""
        later = SnapshotQuerySet(Snapshot).exclude(state=State.WITHDRAWN)
        later = later.filter(zone=models.OuterRef("zone"), period=models.OuterRef("period"))
        later = later.filter(number__gt=models.OuterRef("number"))
        return self.exclude(state=State.WITHDRAWN).filter(~models.Exists(later))

    def with_people(self):
        """With everything a list tells, in the same query."""
        return self.select_related("zone", "drafted_by", "submitted_by", "decided_by", "ended_by", "lock__zone")


class Snapshot(WrittenOnce):
    """The figures of a zone for a period, frozen: computed as of a day from what was known at a moment.

    What was frozen never changes, the database sees to that; only where the snapshot stands does. ``hash`` seals
    all of it and its figures, and stands in the zone's ledger besides.
    """

    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="snapshots", verbose_name=_("zone"))
    period = models.CharField(_("period"), max_length=7)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    number = models.PositiveIntegerField(_("number of times"))
    as_of = models.DateField(_("figures as of"))
    known_at = models.DateTimeField(_("known at"))
    basis = models.CharField(_("basis of percents"), max_length=10)
    rounding = models.CharField(_("rounding of percents"), max_length=12)
    zones = models.JSONField(_("zones covered"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    hash = models.CharField(_("seal"), max_length=64, editable=False)
    drafted_by = person(_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted at"))

    state = models.CharField(
        pgettext_lazy("snapshot", "state"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    submitted_by = person(_("submitted by"), **LATER)
    submitted_at = models.DateTimeField(_("submitted at"), **LATER)
    decided_by = person(_("accepted or returned by"), **LATER)
    decided_at = models.DateTimeField(_("accepted or returned at"), **LATER)
    ended_by = person(_("reopened or withdrawn by"), **LATER)
    ended_at = models.DateTimeField(_("reopened or withdrawn at"), **LATER)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    lock = models.OneToOneField(
        "organizations.PeriodLock", models.PROTECT, related_name="snapshot", verbose_name=_("closed period"), **LATER
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    written_once = (
        "id", "zone", "period", "first_day", "last_day", "number", "as_of", "known_at", "basis", "rounding", "zones",
        "note", "hash", "drafted_by", "drafted_at",
    )  # fmt: skip
    replace_key = ("zone", "period", "number")

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-first_day", "last_day", "zone", "-number"]
        indexes = [models.Index(fields=["period", "zone"], name="snapshot_by_period")]
        constraints = [
            models.UniqueConstraint(fields=["zone", "period", "number"], name="snapshot_number_once"),
            models.UniqueConstraint(
                fields=["zone", "period"],
                condition=Q(state__in=OPEN),
                name="snapshot_open_once",
                violation_error_message=_("This zone has an open snapshot of this period already."),
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")) & Q(as_of__gte=F("first_day")),
                name="snapshot_as_of_in_period",
                violation_error_message=_("The period must have begun on the day of the figures."),
            ),
            models.CheckConstraint(
                condition=Q(first_day__gte=date(YEARS[0], 1, 1), first_day__lte=date(YEARS[-1], 12, 31)),
                name="snapshot_year_in_range",
                violation_error_message=_("Give a year from 1930 to 2100."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | ~Q(decided_by=F("drafted_by")) & Q(submitted_by__isnull=False) & ~Q(decided_by=F("submitted_by")),
                name="snapshot_decided_by_another",
                violation_error_message=_("Nobody accepts or returns what they drafted or submitted."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ACCEPTED, State.REOPENED])
                | Q(decided_by__isnull=False, lock__isnull=False),
                name="snapshot_accepted_by_somebody",
            ),
        ]

    def __str__(self):
        words = gettext("%(zone)s · %(period)s, time %(number)s")
        return words % {"zone": self.zone, "period": self.covers.label, "number": self.number}

    @property
    def covers(self) -> Period:
        """The period as an object: its label, its part, its days."""
        return Period.parse(self.period)

    @property
    def until(self):
        """The last day the figures tell of."""
        return min(self.last_day, self.as_of)

    @property
    def zone_ids(self) -> list[int]:
        """The zone and all that were below it when it was drafted."""
        return [row[0] for row in self.zones]

    @property
    def zone_codes(self) -> list[str]:
        """Their codes, in order."""
        return [row[2] for row in self.zones]


class SnapshotFigureQuerySet(models.QuerySet):
    def without_events(self):
        """Without the ids of events, which may be hundreds of thousands; ``has_events`` says whether any is kept."""
        return self.defer("event_ids").annotate(has_events=~Q(event_ids=[]))


class SnapshotFigure(WrittenOnce):
    """One indicator of a snapshot, as it was counted: the definition, the sum, the target and every event summed."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="figures", verbose_name=_("snapshot"))
    indicator = models.ForeignKey("targets.Indicator", models.PROTECT, related_name="+", verbose_name=_("indicator"))
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=30)
    definition = models.JSONField(_("how it is counted"))
    low = models.DecimalField(_("low end"), max_digits=14, decimal_places=4, null=True)
    high = models.DecimalField(_("high end"), max_digits=14, decimal_places=4, null=True)
    actual = models.DecimalField(_("result"), max_digits=18, decimal_places=4, null=True)
    numerator = models.BigIntegerField(_("numerator"), null=True)
    denominator = models.BigIntegerField(_("denominator"), null=True)
    unknown = models.PositiveIntegerField(_("organisations nobody had counted"), null=True)
    read_on = models.DateField(_("day of the denominator"), null=True)
    no_figure = models.CharField(
        _("why there is no figure"), max_length=10, blank=True, default="", choices=NoFigure.choices
    )
    percent = models.CharField(_("percent"), max_length=20, blank=True)
    percent_of_high = models.CharField(_("percent of the high end"), max_length=20, blank=True)
    standing = models.CharField(_("standing"), max_length=14, choices=[(one.value, one.value) for one in Standing])
    reported = models.BooleanField(_("reported in full"))
    missing = models.JSONField(_("zones yet to report"), default=list)
    pace = models.CharField(
        _("pace"), max_length=10, blank=True, choices=[(one.value, one.value) for one in PaceStanding]
    )
    expected = models.CharField(_("expected by then"), max_length=20, blank=True)
    target_version = models.ForeignKey(
        "targets.TargetVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("target")
    )
    event_ids = models.JSONField(_("events summed"), default=list)

    replace_key = ("snapshot", "indicator")

    objects = SnapshotFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a snapshot")
        verbose_name_plural = _("figures of snapshots")
        ordering = ["snapshot", "order"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "indicator"], name="snapshot_figure_once"),
        ]

    def __str__(self):
        return self.name


class SnapshotRemark(WrittenOnce):
    """Why a figure of a snapshot was returned."""

    figure = models.ForeignKey(SnapshotFigure, models.PROTECT, related_name="remarks", verbose_name=_("figure"))
    reason = models.CharField(_("reason"), max_length=500)
    by = person(_("remarked by"))
    at = models.DateTimeField(_("remarked at"))

    class Meta:
        verbose_name = _("remark on a figure")
        verbose_name_plural = _("remarks on figures")
        ordering = ["figure", "id"]

    def __str__(self):
        return self.reason
