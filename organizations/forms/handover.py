"""What is asked to hand several organisations over by one decision."""

from django import forms
from django.utils.translation import gettext_lazy

from organizations.access import Act, zones_for
from organizations.models import Organization, Sector, Zone
from organizations.search import with_words, words_of

from .base import DecisionForm


class ChooseForm(forms.Form):
    """Which organisations are offered."""

    q = forms.CharField(label=gettext_lazy("Words of the name"), required=False, max_length=200)
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"), required=False, choices=[("", gettext_lazy("all sectors")), *Sector.choices]
    )
    zone = forms.ModelChoiceField(
        Zone.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Zone"),
        required=False,
        empty_label=gettext_lazy("all my zones"),
    )

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options)
        self.fields["zone"].queryset = zones_for(user, Act.ENTER)
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "control"
        if len(self.fields["zone"].queryset) < 2:
            del self.fields["zone"]

    def narrow(self, rows):
        """The rows of the question; what of it is not understood narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        rows = with_words(rows, words_of(asked.get("q", "")))
        if asked.get("sector"):
            rows = rows.filter(sector=asked["sector"])
        return rows.filter(zone=asked["zone"]) if asked.get("zone") else rows


class HandOverManyForm(DecisionForm):
    """One decision, one zone they go to, and which ones."""

    field_order = ["key", "organizations", "to_zone"]

    organizations = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Organisations"),
        error_messages={"required": gettext_lazy("Choose at least one organisation.")},
    )
    to_zone = forms.ModelChoiceField(
        Zone.objects.none(),
        to_field_name="code",
        label=gettext_lazy("To which zone"),
        empty_label=gettext_lazy("— choose —"),
    )

    def __init__(self, *arguments, organizations, **options):
        super().__init__(*arguments, **options)
        self.fields["organizations"].queryset = organizations
        self.fields["to_zone"].queryset = Zone.objects.filter(valid_to=None)
