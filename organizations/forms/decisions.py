"""What the pages of decisions ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.access import Act, zones_for
from organizations.fields import DateFormField
from organizations.lookups import known_issuers
from organizations.models import Issuer
from organizations.widgets import TextWithList

SORTS = {
    "": (_("newest first"), ("-issued_on", "number_key", "pk")),
    "oldest": (_("oldest first"), ("issued_on", "number_key", "pk")),
    "issuer": (_("by issuing body"), ("issuer__sort_key", "-issued_on", "number_key", "pk")),
    "recorded": (_("recorded last"), ("-pk",)),
}
SCANS = {"": _("with and without a scan"), "missing": _("scan missing"), "there": _("with a scan")}


class DecisionsForm(forms.Form):
    """The question of the list."""

    q = forms.CharField(label=_("Number, signer, summary"), max_length=200, required=False)
    issuer = forms.ModelChoiceField(
        Issuer.objects.none(), label=_("Issuing body"), required=False, empty_label=_("every body")
    )
    scan = forms.ChoiceField(label=_("Scan"), choices=list(SCANS.items()), required=False)
    sort = forms.ChoiceField(
        label=_("Order"), choices=[(name, words) for name, (words, _columns) in SORTS.items()], required=False
    )
    year = forms.IntegerField(min_value=1930, max_value=2100, required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, issuers, **options):
        super().__init__(*arguments, **options)
        self.fields["issuer"].queryset = issuers
        for name in ("q", "issuer", "scan", "sort"):
            self.fields[name].widget.attrs["class"] = "control"
        self.fields["q"].widget.input_type = "search"


class NewDecisionForm(forms.Form):
    """The key of a decision, and what it says of itself."""

    number = forms.CharField(label=_("Number-symbol"), max_length=80, help_text=_("As printed, such as 12-QĐ/ĐU."))
    issued_on = DateFormField(
        label=_("Date"), event=True, help_text=_("dd/mm/yyyy"), widget=forms.TextInput({"size": 12})
    )
    issuer = forms.CharField(
        label=_("Issuing body"),
        max_length=250,
        required=False,
        help_text=_("A body that is not known yet is recorded with the decision."),
        widget=TextWithList(),
    )
    zone = forms.ModelChoiceField(None, to_field_name="code", label=_("Recorded by zone"), empty_label=None)
    signer = forms.CharField(label=_("Signer"), max_length=120, required=False)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea({"rows": 3, "autocomplete": "off"})
    )

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options)
        self.fields["issuer"].widget.offered = known_issuers(user)
        zones = zones_for(user, Act.ENTER, Act.ASSIGN_TARGETS)
        self.fields["zone"].queryset = zones
        if len(zones) == 1:  # nothing to choose
            self.fields["zone"].widget = forms.HiddenInput()
            self.fields["zone"].initial = zones[0].code


class ChangeDecisionForm(forms.Form):
    """What of a decision may change; its key never does."""

    signer = NewDecisionForm.base_fields["signer"]
    summary = NewDecisionForm.base_fields["summary"]
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
