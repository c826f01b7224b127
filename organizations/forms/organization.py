"""What only the register says of an organisation: its code, its superior, the enterprises it covers."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.fields import DateFormField
from organizations.lookups import label
from organizations.models import Coverage, Organization
from vietnamese.text import clean

from .base import ActForm
from .find import EnterpriseField, OrganizationField
from .meeting import ComparedForm

FIELDS = ("code", "parent")
DAY_BOX = {"size": 12, "inputmode": "numeric"}


class SuperiorField(OrganizationField):
    """An organisation somebody writes; the one that stands there already may be of a zone above."""

    kept: Organization | None = None

    def found(self, text):
        if self.kept is not None and clean(text) == clean(label(self.kept)):
            return self.kept
        return super().found(text)


class ChangeOrganizationForm(ComparedForm, ActForm):
    """``ends()`` and ``added()`` are what is to happen to the enterprises covered."""

    compared = FIELDS
    called = {
        "enterprises": "enterprise", "organization": "parent", "last_day": "", "zone": "enterprise",
        "valid_from": "covered_from",
    }  # fmt: skip

    code = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=40)
    parent = SuperiorField(
        label=gettext_lazy("Belongs to"), required=False,
        help_text=gettext_lazy("The superior organisation of the same sector, by name or code. Empty: none."),
    )  # fmt: skip
    enterprise = EnterpriseField(
        label=gettext_lazy("Covers one more enterprise"), required=False,
        help_text=gettext_lazy("By name or tax code."),
    )  # fmt: skip
    covered_from = DateFormField(
        label=gettext_lazy("Covers it since"), required=False, event=True, widget=forms.TextInput(DAY_BOX),
        help_text=gettext_lazy("dd/mm/yyyy. Empty: since it was founded; of a leading one, since today."),
    )  # fmt: skip
    lead = forms.BooleanField(
        label=gettext_lazy("It leads from then on: it gives park and ownership to what is recorded"), required=False
    )

    def __init__(self, *arguments, organization: Organization, **options):
        self.organization = organization
        super().__init__(*arguments, **options)
        del self.fields["note"]
        if "reason" not in self.fields:
            self.fields["reason"] = self.kept_reason
        self.fields["reason"].help_text = _("Kept in the history of the organisation.")
        parent = self.fields["parent"]
        parent.user = self.fields["enterprise"].user = self.user
        parent.sector, parent.kept = organization.sector, organization.parent
        parent.widget.attrs["data-find-query"] = f"sector={organization.sector}"
        self.initial = {"code": organization.code, "parent": organization.parent, "version": organization.version}
        rows = organization.coverage.filter(valid_to=None).select_related("enterprise")
        self.covered: dict[str, Coverage] = {f"until_{row.pk}": row for row in rows}
        for name, row in self.covered.items():
            words = _("Covered “%(enterprise)s” until") % {"enterprise": row.enterprise.name}
            self.fields[name] = DateFormField(
                label=words, required=False, event=True, widget=forms.TextInput(DAY_BOX),
                help_text=_("Last day, dd/mm/yyyy. Leave it empty while the enterprise is still covered."),
            )  # fmt: skip
        self.order_fields(["key", "version", "code", "parent", *self.covered, "enterprise", "covered_from", "lead",
                           "reason"])  # fmt: skip

    def in_words(self, name, value):
        return value.name if isinstance(value, Organization) else super().in_words(name, value)

    def clean_code(self):
        return clean(self.cleaned_data["code"])

    def clean(self):
        data = super().clean()
        enterprise = data.get("enterprise")
        if enterprise is None and (data.get("covered_from") or data.get("lead")) and "enterprise" not in self.errors:
            self.add_error("enterprise", _("Say which enterprise is covered since then, or clear the boxes below it."))
        if enterprise is not None and any(
            row.enterprise_id == enterprise.pk and not data.get(name) for name, row in self.covered.items()
        ):
            if not data.get("lead"):
                self.add_error("enterprise", _("“%(name)s” is covered already.") % {"name": enterprise.name})
        return data

    def ends(self):
        """(row of coverage, its last day) of those that end."""
        return [(row, day) for name, row in self.covered.items() if (day := self.cleaned_data.get(name))]
