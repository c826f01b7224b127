"""What events and headcounts share over HTTP: appended and corrected, never changed."""

from contextlib import contextmanager
from dataclasses import replace

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers, status
from rest_framework.response import Response

from organizations.access import Act
from organizations.api_fields import CountField, DateField
from organizations.models import (
    BatchRow,
    Decision,
)
from organizations.problems import Conflict, Refused

from .base import Code, Rows
from .inputs import DecisionField, TextField

REFUSALS = {
    400: OpenApiResponse(
        description='Refused, nothing written: {"field": ["message"]}. `code` "needs_reason" when the act is unusual '
        "but possible: send it again with a `reason`. A date in a closed period is refused here too."
    ),
    403: OpenApiResponse(description="Visible, but the role does not allow it."),
}
CORRECTION_REFUSALS = REFUSALS | {
    404: OpenApiResponse(description="Not visible."),
    409: OpenApiResponse(description="Corrected or taken back already, or itself a reversal."),
}


class Quoted(serializers.ModelSerializer):
    """A decision as the row that cites it shows it."""

    issuer = serializers.CharField(source="issuer.name", read_only=True)

    class Meta:
        model = Decision
        fields = ["id", "number", "issuer", "issued_on"]


class LedgerSerializer(serializers.ModelSerializer):
    zone = Code("zone")
    organization_name = serializers.CharField(source="organization.name", read_only=True, default=None, allow_null=True)
    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True, default=None, allow_null=True)
    decision = Quoted(read_only=True, allow_null=True)
    batch = serializers.IntegerField(read_only=True, allow_null=True, help_text="The import that wrote the row.")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)


class Correction(serializers.Serializer):
    """What is given replaces what was recorded; what is not given stays."""

    reason = TextField(max_length=500)
    quantity = CountField(required=False)
    female = CountField(required=False, allow_null=True)
    workers = CountField(required=False, allow_null=True)
    date = DateField(required=False)
    decision = DecisionField(required=False, allow_null=True)

    def validate(self, values):
        if len(values) == 1:
            names = ", ".join(name for name in self.fields if name != "reason")
            raise serializers.ValidationError(_("Give what is to be corrected: %(names)s.") % {"names": names})
        return values


@contextmanager
def said_as(**names: str):
    """Refuse under the names the client used: the act calls ``date`` of a correction ``effective_on``."""
    try:
        yield
    except Refused as refused:
        raise type(refused)(
            {
                row: [replace(problem, field=names.get(problem.field, problem.field)) for problem in problems]
                for row, problems in refused.by_row.items()
            }
        ) from None


def batch_of_row():
    """The import that wrote a row. A subquery, as all that only the page shows: counting a list leaves it out."""
    return Subquery(BatchRow.objects.filter(pk=OuterRef("batch_row")).order_by().values("batch"))


class LedgerRows(Rows):
    """POST appends, ``correct/`` replaces by a reversal and a new row. PUT, PATCH and DELETE are 405."""

    def answer(self, pk):
        row = self.rows().get(pk=pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def correction(self, row, refused_already: bool, serializer_class) -> dict:
        """The body of ``correct/``: 403 and 409 come before what is wrong with it."""
        self.require(Act.ENTER, row.zone_id)
        if refused_already:
            raise Conflict(_("This row was corrected or taken back already, or is itself a reversal."))
        return self.read(serializer_class)
