"""Several rows in one box, one a line, each read as a single box reads it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organizations.access import Act, zone_ids_for
from organizations.fields import explain
from organizations.lookups import WrittenEnterprises, WrittenOrganizations
from vietnamese.errors import Unreadable
from vietnamese.text import clean

MOST = 100  # lines


class SeveralField(forms.CharField):
    """Rows, in the order written. The form says who asks: ``self.fields["others"].user = user``."""

    user = None
    lookup: type

    def __init__(self, **options):
        options.setdefault("widget", forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}))
        super().__init__(max_length=400 * MOST, strip=False, **options)

    def find(self, rows, text):
        return rows.find(text)

    def clean(self, value):
        lines = [text for line in (super().clean(value) or "").splitlines() if (text := clean(line))]
        if len(lines) > MOST:
            raise ValidationError(_("At most %(most)s lines.") % {"most": MOST})
        rows = self.lookup(zone_ids_for(self.user, Act.ENTER), lines)
        found, errors = [], []
        for text in lines:
            try:
                found.append(self.find(rows, text))
            except Unreadable as error:
                errors.append(ValidationError(explain(error), code=error.code))
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(found))


class EnterprisesField(SeveralField):
    lookup = WrittenEnterprises


class OrganizationsField(SeveralField):
    lookup = WrittenOrganizations

    def __init__(self, *, sector=None, **options):
        self.sector = sector
        super().__init__(**options)

    def find(self, rows, text):
        return rows.find(text, self.sector)
