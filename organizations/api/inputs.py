"""Fields of request bodies: what a row is called in JSON, found only among what the person may see."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from organizations.actions import record_decision
from organizations.api_fields import DateField
from organizations.models import Decision, OrganizationType
from vietnamese.text import clean


class TextField(serializers.CharField):
    """Text as it is stored: NFC, single blanks, nothing invisible."""

    def __init__(self, **options):
        if not options.get("required", True):
            options = {"default": "", "allow_blank": True} | options
        super().__init__(**options)

    def to_internal_value(self, data):
        return clean(super().to_internal_value(data))


class RowField(serializers.PrimaryKeyRelatedField):
    """A row by its id. One that is not visible is refused in the words for one that does not exist."""

    default_error_messages = {
        "does_not_exist": _("There is no row {pk_value}."),
        "incorrect_type": _("Give the id of a row: a whole number."),
    }

    def __init__(self, model, **options):
        self.model = model
        super().__init__(queryset=model._default_manager.none(), **options)

    def get_queryset(self):
        return self.model._default_manager.visible_to(self.context["request"].user).filter(voided_by=None)

    def to_internal_value(self, data):
        pk = row_id(data)
        if pk is None:
            self.fail("incorrect_type")
        return super().to_internal_value(pk)


def refuse_otherwise(held: dict, given: dict, cure) -> None:
    """Refuse what ``given`` says otherwise than ``held``, the values of the row that do not change by this act."""
    message = _("“%(value)s”: it is “%(held)s” and stays so. %(cure)s")
    errors = {
        name: [message % {"value": given[name], "held": value, "cure": cure}]
        for name, value in held.items()
        if name in given and given[name] != value
    }
    if errors:
        raise serializers.ValidationError(errors)


def row_id(data) -> int | None:
    """The id that ``data`` says (5 or "5"), or None."""
    if isinstance(data, str) and data.isascii() and data.isdigit() and len(data) < 20:
        return int(data)
    return data if isinstance(data, int) and not isinstance(data, bool) and 0 <= data < 10**19 else None


class TypeField(serializers.CharField):
    """A type of organisation by its code."""

    default_error_messages = {"unknown": _("There is no type of organisation “{code}”.")}

    def to_internal_value(self, data):
        code = super().to_internal_value(data)
        found = OrganizationType.objects.filter(code=code).first() if code.isprintable() else None
        if found is None:
            self.fail("unknown", code=clean(code)[:60])
        return found


@extend_schema_serializer(component_name="DecisionToQuote")
class DecisionInput(serializers.Serializer):
    """A decision by what identifies it: quoted when it is known, recorded when it is not."""

    number = TextField(max_length=80)
    issued_on = DateField(event=True)
    issuer = TextField(max_length=250, required=False)
    signer = TextField(max_length=120, required=False)
    summary = TextField(max_length=500, required=False)


@extend_schema_field(
    {
        "oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/DecisionToQuote"}],
        "nullable": True,
        "description": "The id of a decision, or its number, issued_on and issuer.",
    }
)
class DecisionField(serializers.Field):
    """A decision: its id, or its number, date and issuer. Gives a Decision, or the values to record one."""

    default_error_messages = {
        "does_not_exist": _("There is no row {pk_value}."),
        "incorrect_type": _("Give the id of a decision, or its number, issued_on and issuer."),
    }

    def to_internal_value(self, data):
        if isinstance(data, dict):
            given = DecisionInput(data=data)
            given.is_valid(raise_exception=True)
            return given.validated_data
        pk = row_id(data)
        if pk is None:
            self.fail("incorrect_type")
        seen = Decision.objects.live().visible_to(self.context["request"].user)
        found = seen.select_related("issuer").filter(pk=pk).first()
        if found is None:
            self.fail("does_not_exist", pk_value=pk)
        return found


def decision_of(given, *, zone, by):
    """The Decision that a ``DecisionField`` gave, recorded under ``zone`` when it is new."""
    if not isinstance(given, dict):
        return given
    try:
        return record_decision(zone=zone, by=by, **given)
    except ValidationError as error:
        raise serializers.ValidationError({"decision": error.messages}) from None
