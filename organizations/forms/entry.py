"""What quick entry asks once for all rows: the decision, and what they share."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, zone_ids_for
from organizations.entry.happenings import Happening
from organizations.fields import DateFormField
from organizations.lifecycle import TYPE_STEPS
from organizations.lookups import known_issuers
from organizations.models import Zone
from organizations.widgets import TextWithList
from vietnamese.text import clean

from .find import OrganizationField
from .papers import PaperForm


def zones_to_enter(user):
    """The zones in which ``user`` may enter facts."""
    ids, zones = zone_ids_for(user, Act.ENTER), Zone.objects.order_by("code")
    return zones if ids is None else zones.filter(pk__in=ids)


class EntryForm(PaperForm):
    number = forms.CharField(
        label=gettext_lazy("Number-symbol of the decision"),
        max_length=80,
        help_text=gettext_lazy("as on the paper: 12-QĐ/ĐU"),
        widget=forms.TextInput({"autocomplete": "off", "data-decision": "number"}),
    )
    issued_on = DateFormField(
        label=gettext_lazy("Date of the decision"),
        event=True,
        help_text=gettext_lazy("dd/mm/yyyy; the date of every row"),
        widget=forms.TextInput({"inputmode": "numeric", "data-decision": "issued_on"}),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issuing body"),
        required=False,
        help_text=gettext_lazy("known ones are offered"),
        max_length=250,
        widget=TextWithList({"data-decision": "issuer"}),
    )
    zone = forms.ModelChoiceField(
        Zone.objects.none(),
        label=gettext_lazy("Zone"),
        required=False,
        empty_label=None,
        help_text=gettext_lazy("for rows without an enterprise"),
    )
    parent = OrganizationField(
        label=gettext_lazy("Belong to"), required=False, help_text=gettext_lazy("superior of all rows, if any")
    )
    to_type = forms.ModelChoiceField(
        None,
        label=gettext_lazy("New type"),
        empty_label=gettext_lazy("choose"),
        help_text=gettext_lazy("of all rows below"),
    )
    reason = forms.CharField(
        label=gettext_lazy("One reason for all rows that need one"),
        required=False,
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *arguments, user, happening: Happening, **options):
        super().__init__(*arguments, auto_id="%s", **options)
        self.user, self.happening = user, happening
        self.fields["issuer"].widget.offered = known_issuers(user)
        self.only_zone = None
        if happening.founds:
            self._ask_zone()
            self.fields["parent"].user = user
            self.fields["parent"].sector = happening.sector
            self.fields["parent"].widget.attrs["data-find-query"] = f"sector={happening.sector}"
        else:
            del self.fields["zone"], self.fields["parent"]
        if happening.needs_type:
            types = happening.types()
            self.fields["to_type"].queryset = types
            self.fields["to_type"].label_from_instance = _type_and_sector if len(happening.sectors) > 1 else str
            if happening.kind in TYPE_STEPS:
                self.fields["to_type"].initial = types.first()
        else:
            del self.fields["to_type"]
        if not happening.needs_decision:
            self.fields["number"].required = False
            self.fields["number"].help_text = _("leave empty when there is no decision")

    def _ask_zone(self):
        zones = list(zones_to_enter(self.user)[:2])
        if len(zones) == 1:
            self.only_zone = zones[0]
            del self.fields["zone"]
            return
        self.fields["zone"].queryset = zones_to_enter(self.user)
        places = zones_to_enter(self.user).exclude(kind=Zone.Kind.CITY)
        self.fields["zone"].initial = places.first() or zones[0]

    def clean_number(self):
        return clean(self.cleaned_data["number"])

    def clean_issuer(self):
        return clean(self.cleaned_data["issuer"])

    def clean(self):
        data = super().clean()
        if data.get("issuer") and not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("Give the decision's number-symbol."))
        self.ask_about_paper()
        return data

    @property
    def place(self):
        """The zone of organisations founded in no enterprise."""
        return self.only_zone or self.cleaned_data.get("zone") or self.fields["zone"].initial


def _type_and_sector(type_):
    return f"{type_.name} ({type_.get_sector_display()})"


class UndoForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("Kept with each line that is taken back.")
    )

    def clean_reason(self):
        return clean(self.cleaned_data["reason"])
