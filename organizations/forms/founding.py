"""What is asked to found an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, zone_ids_for, zones_for
from organizations.entry.happenings import proposed_name
from organizations.fields import CountFormField, NameFormField
from organizations.models import OrganizationType, Sector, Zone

from .base import DecisionForm
from .find import EnterpriseField, OrganizationField
from .several import EnterprisesField


class FoundingForm(DecisionForm):
    """A new organisation: its type and name, whose it is, where it works, by which decision, with how many."""

    called = DecisionForm.called | {"enterprises": "enterprise"}
    field_order = [
        "key", "zone", "number", "issued_on", "issuer", "type", "name", "code", "parent", "enterprise", "enterprises",
        "members",
    ]  # fmt: skip

    zone = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=gettext_lazy("Zone"), empty_label=gettext_lazy("— choose —")
    )
    type = forms.ModelChoiceField(
        OrganizationType.objects.none(), label=gettext_lazy("Type"), empty_label=gettext_lazy("— choose —")
    )
    name = NameFormField(
        label=gettext_lazy("Name"), required=False,
        help_text=gettext_lazy("Left empty, it is the type and the enterprise: Công đoàn cơ sở Công ty …"),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Code"), required=False, max_length=40, widget=forms.TextInput({"size": 16}),
        help_text=gettext_lazy("When your office gives organisations a code."),
    )  # fmt: skip
    parent = OrganizationField(
        label=gettext_lazy("Superior organisation"), required=False, help_text=gettext_lazy("Name or code.")
    )
    enterprise = EnterpriseField(
        label=gettext_lazy("Enterprise"), required=False,
        help_text=gettext_lazy("Tax code or name. It gives the industrial park and the ownership."),
    )  # fmt: skip
    enterprises = EnterprisesField(
        label=gettext_lazy("Other enterprises of a joint organisation"), required=False,
        help_text=gettext_lazy("One a line: tax code or name."),
    )  # fmt: skip
    members = CountFormField(
        label=gettext_lazy("Members at founding"), required=False, widget=forms.TextInput({"size": 10})
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        zones = zones_for(self.user, Act.ENTER)
        self.fields["zone"].queryset = zones
        if len(zones) == 1:
            self.fields["zone"].widget = forms.HiddenInput()
            self.initial["zone"] = zones[0].code
        elif "zone" not in self.initial and (host := self.initial.get("enterprise")):
            self.initial["zone"] = host.zone.code
        elif "zone" not in self.initial and zone_ids_for(self.user, Act.ENTER) is not None:
            self.initial["zone"] = zones[0].code  # the highest of the person's own
        types = OrganizationType.objects.order_by("sector", "order")
        self.fields["type"].queryset = types
        names = dict(Sector.choices)
        groups: dict[str, list] = {}
        for type_ in types:
            groups.setdefault(str(names[type_.sector]), []).append((type_.pk, type_.name))
        self.fields["type"].choices = [("", _("— choose —")), *groups.items()]
        for name in ("parent", "enterprise", "enterprises"):
            self.fields[name].user = self.user

    def clean(self):
        data = super().clean()
        if not data.get("name") and "name" not in self.errors:
            if data.get("type") and data.get("enterprise"):
                data["name"] = proposed_name(data["type"], data["enterprise"].name)
            elif not {"type", "enterprise"} & self.errors.keys():
                self.add_error("name", _("Give the name, or the enterprise it is called after."))
        return data

    def values(self) -> dict[str, Any]:
        """What ``establish`` is given beside the decision and the person."""
        data = self.cleaned_data
        several = [data["enterprise"], *data["enterprises"]]
        plain = {name: data[name] for name in ("zone", "type", "name", "code", "parent", "members", "note")}
        return plain | {"reason": data.get("reason", ""), "enterprises": [row for row in several if row]}
