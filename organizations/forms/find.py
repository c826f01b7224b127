"""Form fields that read an organisation or an enterprise from what somebody wrote, within what they may enter."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from organizations.access import Act, zone_ids_for
from organizations.fields import explain
from organizations.lookups import WrittenEnterprises, WrittenOrganizations, label
from organizations.widgets import FindEnterprise, FindOrganization
from vietnamese.errors import Unreadable
from vietnamese.text import clean


class FindField(forms.CharField):
    """One row, or None. The form says who asks: ``self.fields["parent"].user = user``."""

    user = None
    lookup: type

    def __init__(self, **options):
        super().__init__(max_length=400, **options)

    def found(self, text):
        return self.lookup(zone_ids_for(self.user, Act.ENTER), [text]).find(text)

    def clean(self, value):
        text = clean(super().clean(value) or "")
        if not text:
            return None
        try:
            return self.found(text)
        except Unreadable as error:
            raise ValidationError(explain(error), code=error.code) from error

    def prepare_value(self, value):
        return label(value) if isinstance(value, Model) else value


class OrganizationField(FindField):
    """An organisation by name, code, or the enterprise it works in; only of ``sector`` when that is said."""

    lookup = WrittenOrganizations

    def __init__(self, *, sector=None, **options):
        self.sector = sector
        question = {"sector": sector} if sector else {}
        super().__init__(widget=options.pop("widget", None) or FindOrganization(**question), **options)

    def found(self, text):
        return self.lookup(zone_ids_for(self.user, Act.ENTER), [text]).find(text, self.sector)


class EnterpriseField(FindField):
    """An enterprise by tax code or name."""

    lookup = WrittenEnterprises

    def __init__(self, **options):
        super().__init__(widget=options.pop("widget", None) or FindEnterprise(), **options)
