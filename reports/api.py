"""Answers over HTTP: attainment, and every report of the registry in every format it can be drawn in."""

from io import BytesIO

from django import forms
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from organizations.api.filters import (
    DayFormField,
    MomentFormField,
    YearFormField,
    refuse_unknown,
    today,
    visible_zone,
)
from targets.fields import PartFormField
from targets.models import Term
from targets.periods import Part

from . import registry
from .answers import table_json
from .attainment import Basis, Standing
from .figures import attainment_table

FORMATS = ("json", "csv", "xlsx", "docx", "pdf")


class AttainmentQuery(forms.Form):
    zone = forms.CharField(max_length=30)
    to = YearFormField(required=False)
    as_of = DayFormField(required=False)
    known_at = MomentFormField(required=False)
    part = PartFormField()


class ReportQuery(forms.Form):
    zone = forms.CharField(max_length=30)
    year = YearFormField()
    part = PartFormField()
    as_of = DayFormField(required=False)
    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS], required=False)


for query in (AttainmentQuery, ReportQuery):
    query.base_fields["from"] = YearFormField(required=False)  # "from" is no name in Python


def read_query(request, form_class) -> forms.Form:
    """The parameters, checked; 400 names what is unknown, given twice or wrong."""
    refuse_unknown(request.query_params, form_class.base_fields)
    form = form_class(request.query_params)
    if not form.is_valid():
        raise ValidationError(form.errors)
    return form


PERCENT = (
    "One decimal, half-up, unless the server's settings say otherwise; never capped; null when there is no target."
)


class AttainmentLine(serializers.Serializer):
    """One indicator in one year. A year in progress adds ``pace``, ``expected``, ``projected`` and ``needed``.

    So does a part of a year: it is held against the whole year's target, and expected to bring its days' share of it.
    """

    indicator = serializers.CharField()
    year = serializers.IntegerField()
    low = serializers.IntegerField(allow_null=True, help_text="A rate target is a decimal text.")
    high = serializers.IntegerField(allow_null=True)
    actual = serializers.IntegerField(allow_null=True, help_text="null: nothing was reported.")
    reported = serializers.BooleanField()
    percent = serializers.CharField(allow_null=True, help_text=f"Of the end that `basis` names. {PERCENT}")
    percent_of_high = serializers.CharField(allow_null=True)
    percent_of_low = serializers.CharField(required=False, allow_null=True, help_text="When `basis` is high.")
    standing = serializers.ChoiceField([standing.value for standing in Standing])
    published_percent = serializers.CharField(allow_null=True)
    events = serializers.CharField(help_text="The rows whose quantities add up to `actual`.")
    missing = serializers.ListField(child=serializers.CharField(), required=False, help_text="Zones yet to report.")
    numerator = serializers.IntegerField(required=False, allow_null=True, help_text="Of a rate; `actual` is a text.")
    denominator = serializers.IntegerField(required=False, help_text="Of a rate; 0: there is no figure.")
    factor = serializers.IntegerField(required=False, help_text="Of a rate: 100 for percent.")
    unknown = serializers.IntegerField(required=False, help_text="Organisations of it that nobody has counted.")
    pace = serializers.CharField(required=False)
    expected = serializers.CharField(required=False, allow_null=True)
    projected = serializers.CharField(required=False, allow_null=True)
    needed = serializers.IntegerField(
        required=False, allow_null=True, help_text="For the year's target; null of a quarter after the first."
    )


AttainmentTerm = type(
    "AttainmentTerm",
    (serializers.Serializer,),
    {
        "indicator": serializers.CharField(),
        "from": serializers.IntegerField(),
        "to": serializers.IntegerField(),
        "actual": serializers.IntegerField(allow_null=True),
        "years_with_target": serializers.IntegerField(),
        "years_met": serializers.IntegerField(),
        "percent_min": serializers.CharField(allow_null=True),
        "percent_max": serializers.CharField(allow_null=True),
        "years_without_target": serializers.ListField(child=serializers.IntegerField()),
        "years_not_reported": serializers.ListField(child=serializers.IntegerField()),
    },
)


class Attainment(serializers.Serializer):
    zone = serializers.CharField()
    part = serializers.ChoiceField(
        [part.value for part in Part if part is not Part.YEAR], required=False, help_text="Absent of whole years."
    )
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    basis = serializers.ChoiceField(
        [basis.value for basis in Basis], help_text="Which end of the range percents are of, by the server's settings."
    )
    rounding = serializers.CharField(required=False, help_text="How percents are shortened, when not half_up_1.")
    rows = AttainmentLine(many=True)
    terms = AttainmentTerm(many=True, help_text="Empty when a part of each year was asked for.")


OFFICE = "application/vnd.openxmlformats-officedocument."
XLSX, DOCX = f"{OFFICE}spreadsheetml.sheet", f"{OFFICE}wordprocessingml.document"

ZONE = OpenApiParameter("zone", str, required=True, description="Code of a zone; its figures include all zones below.")
FROM = OpenApiParameter("from", int, description="First year; by default that of the term that holds the last year.")
AS_OF = OpenApiParameter("as_of", OpenApiTypes.DATE, description="What had taken effect by this day (today).")
PART = OpenApiParameter(
    "part", str, enum=[part.value for part in Part], description="Part of each year; the whole year unless told."
)
KNOWN_AT = OpenApiParameter("known_at", OpenApiTypes.DATETIME, description="What was recorded by this moment (now).")


class AttainmentView(APIView):
    """What a zone attained of its targets, year by year and over each term, or of the same part of each year."""

    @extend_schema(
        parameters=[
            ZONE,
            FROM,
            OpenApiParameter("to", int, description="Last year; by default the year of `as_of`."),
            PART,
            AS_OF,
            KNOWN_AT,
        ],
        responses=Attainment,
    )
    def get(self, request):
        asked = read_query(request, AttainmentQuery).cleaned_data
        zone = visible_zone(request.user, asked["zone"])
        as_of = asked["as_of"] or today()
        last_year = asked["to"] or as_of.year
        first_year = asked["from"] or first_of_term(last_year)
        if first_year > last_year:
            raise ValidationError({"from": [_("The first year must not be after the last.")]})
        table = attainment_table(
            zones=[zone],
            first_year=first_year,
            last_year=last_year,
            as_of=as_of,
            known_at=asked["known_at"],
            part=asked["part"],
        )
        return Response(table_json(table, zone))


def first_of_term(year) -> int:
    term = Term.holding(year)
    return term.first_year if term else year


class ReportView(APIView):
    """A report of the registry: its rows as JSON, or the file that the office prints."""

    def perform_content_negotiation(self, request, force=False):
        """``format`` says what is wanted: a client that asks for a Word file need not accept JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, description="Name of a report, such as inspection."),
            ZONE,
            OpenApiParameter("year", int, required=True, description="The year reported, or the last of them."),
            FROM,
            PART,
            AS_OF,
            OpenApiParameter("format", str, enum=FORMATS, description="json unless told otherwise."),
        ],
        responses={(200, "application/json"): OpenApiTypes.OBJECT}
        | {(200, media): OpenApiTypes.BINARY for media in ("text/csv", XLSX, DOCX, "application/pdf")},
    )
    def get(self, request, name):
        try:
            Report = registry.get(name)
        except KeyError:
            raise NotFound(_("There is no report “%(name)s”.") % {"name": name}) from None
        asked = read_query(request, ReportQuery).cleaned_data
        zone = visible_zone(request.user, asked["zone"])
        try:
            Report.check_part(asked["part"])
        except registry.WrongPeriod as error:
            raise ValidationError({"part": [str(error)]}) from None
        try:
            Report.first_of(asked["year"], asked["from"], asked["part"])
        except registry.WrongPeriod as error:
            raise ValidationError({"from": [str(error)]}) from None
        report = Report(
            zone=zone,
            year=asked["year"],
            first_year=asked["from"],
            as_of=asked["as_of"] or today(),
            user=request.user,
            part=asked["part"],
        )
        if asked["format"] in ("", "json"):
            return Response(report.as_json())
        content, content_type, file_name = report.render(asked["format"])
        return FileResponse(BytesIO(content), as_attachment=True, filename=file_name, content_type=content_type)
