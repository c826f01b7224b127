"""What snapshots look like over HTTP, and what their steps take."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organizations import api
from organizations.api.inputs import TextField
from organizations.api_fields import DateField
from organizations.models import PeriodLock
from reports.models import Snapshot, SnapshotFigure
from targets.api import RANGE_END, number
from targets.api_declarations import PeriodField

from .steps import Step, steps_for


def person(name):
    """The account of who did something; null while nobody has."""
    return serializers.CharField(source=f"{name}.username", read_only=True, default=None, allow_null=True)


class SnapshotRow(serializers.ModelSerializer):
    """A zone's figures of a period, frozen as of a day from what was known at a moment, and where they stand."""

    zone = api.Code("zone")
    drafted_by = person("drafted_by")
    submitted_by = person("submitted_by")
    decided_by = person("decided_by")
    ended_by = person("ended_by")
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Snapshot
        fields = [
            "id", "zone", "period", "first_day", "last_day", "number", "as_of", "known_at", "basis", "rounding", "note",
            "state", "drafted_by", "drafted_at", "submitted_by", "submitted_at", "decided_by", "decided_at", "ended_by",
            "ended_at", "reason", "hash", "steps", "version",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([step.value for step in Step])))
    def get_steps(self, row):
        """What the person asking can do with it now."""
        return [step.value for step in steps_for(row, self.context["request"].user)]


class RemarkRow(serializers.Serializer):
    reason = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


class FigureRow(serializers.ModelSerializer):
    """One indicator as it was frozen. ``events`` are the ids of the rows whose quantities add up to it."""

    indicator = serializers.CharField(source="code")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    actual = serializers.SerializerMethodField()
    percent = serializers.SerializerMethodField()
    percent_of_high = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())
    definition = serializers.JSONField()
    events = serializers.ListField(child=serializers.IntegerField(), source="event_ids")
    target_version = serializers.IntegerField(source="target_version_id", allow_null=True)
    remarks = RemarkRow(many=True)

    class Meta:
        model = SnapshotFigure
        fields = [
            "id", "indicator", "name", "unit", "low", "high", "actual", "numerator", "denominator", "unknown",
            "read_on", "no_figure", "percent", "percent_of_high", "standing", "reported", "missing", "pace", "expected",
            "target_version", "definition", "events", "remarks",
        ]  # fmt: skip

    @extend_schema_field(RANGE_END)
    def get_low(self, row):
        return number(row.low)

    @extend_schema_field(RANGE_END)
    def get_high(self, row):
        return number(row.high)

    @extend_schema_field(RANGE_END)
    def get_actual(self, row):
        return number(row.actual)

    def get_percent(self, row) -> str | None:
        return row.percent or None

    def get_percent_of_high(self, row) -> str | None:
        return row.percent_of_high or None


class ClosedDays(serializers.ModelSerializer):
    """Days of a zone, and of all below it, that are closed to facts."""

    zone = api.Code("zone")
    first_day = serializers.DateField(source="valid_from")
    last_day = serializers.DateField(source="valid_to")

    class Meta:
        model = PeriodLock
        fields = ["zone", "first_day", "last_day", "reason", "lifted_at"]


class SnapshotDetail(SnapshotRow):
    zones = serializers.SerializerMethodField()
    lock = ClosedDays(allow_null=True)
    figures = FigureRow(many=True)

    class Meta(SnapshotRow.Meta):
        fields = [*SnapshotRow.Meta.fields, "zones", "lock", "figures"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_zones(self, row):
        """The codes of the zones it covers."""
        return row.zone_codes


class DraftInput(serializers.Serializer):
    zone = serializers.CharField(max_length=30, help_text="Code of the zone; its figures include all zones below.")
    period = PeriodField(help_text="2025, 2025-Q1 … 2025-Q4, 2025-6M or 2025-9M.")
    as_of = DateField(
        required=False, help_text="The day of the figures (the last of the period, or today while it runs)."
    )
    note = TextField(max_length=500, required=False)


class AnywayInput(serializers.Serializer):
    anyway = serializers.BooleanField(
        default=False,
        help_text="Also when the ledger gives other figures by now; without it that is refused. Alone it confirms "
        "whatever the ledger says when the step is taken: give `seen` as well.",
    )
    seen = serializers.CharField(
        required=False, max_length=64,
        help_text="The `seen` of the refusal that told which figures moved: the step is taken only when these are "
        "still the ones, and refused with the new ones otherwise. What was signed all the same is kept in the ledger.",
    )  # fmt: skip


class ReturnInput(serializers.Serializer):
    reason = TextField(max_length=500, required=False, help_text="What is to be mended, of the whole.")
    reasons = serializers.DictField(
        child=TextField(max_length=500), required=False, default=dict, help_text="The same by the code of an indicator."
    )


class ReasonInput(serializers.Serializer):
    reason = TextField(max_length=500)


class Reopened(SnapshotDetail):
    still_closed = ClosedDays(many=True, help_text="What else closes some of its days.")

    class Meta(SnapshotDetail.Meta):
        fields = [*SnapshotDetail.Meta.fields, "still_closed"]


class Finding(serializers.Serializer):
    figure = serializers.CharField(source="code", help_text="Code of an indicator; empty: the whole.")
    column = serializers.CharField()
    text = serializers.CharField()


class Verified(serializers.Serializer):
    snapshot = serializers.IntegerField()
    hash = serializers.CharField()
    differences = serializers.IntegerField()
    rows = Finding(many=True)
