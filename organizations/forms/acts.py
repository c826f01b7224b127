"""One table: each act on an organisation, what its page asks, and the function that does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import actions
from organizations.fields import CountFormField, NameFormField
from organizations.lifecycle import STANDING, TYPE_STEPS, kinds_allowed
from organizations.models import Enterprise, Event, Kind, Organization, OrganizationType, Zone

from .base import CountedForm, DecisionForm
from .find import OrganizationField
from .several import OrganizationsField


class OrganizationForm(DecisionForm):
    """An act on ``organization``."""

    def __init__(self, *arguments, organization: Organization, kind: str, **options):
        self.organization, self.kind = organization, kind
        super().__init__(*arguments, **options)

    def values(self) -> dict[str, Any]:
        """What the function of the act is given beside organisation, decision and person."""
        return {"note": self.cleaned_data["note"], "reason": self.cleaned_data.get("reason", "")}


class MembersForm(CountedForm, OrganizationForm):
    may_lack_decision = True

    field_order = ["key", "number", "no_decision", "issued_on", "issuer", "quantity", "female", "workers"]

    def values(self):
        data = self.cleaned_data
        counted = {name: data[name] for name in ("quantity", "female", "workers")}
        day = {} if data["number"] else {"effective_on": data["issued_on"]}
        return super().values() | counted | day


class TypeForm(OrganizationForm):
    called = OrganizationForm.called | {"type": "to_type"}
    field_order = ["key", "to_type"]

    to_type = forms.ModelChoiceField(
        OrganizationType.objects.none(), label=gettext_lazy("New type"), empty_label=gettext_lazy("— choose —")
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        types = OrganizationType.objects.filter(sector=self.organization.sector).exclude(pk=self.organization.type_id)
        if self.kind in TYPE_STEPS:
            types = types.filter(level__in=TYPE_STEPS[self.kind][1])
        self.fields["to_type"].queryset = types

    def values(self):
        return super().values() | {"to_type": self.cleaned_data["to_type"]}


class RenameForm(OrganizationForm):
    called = OrganizationForm.called | {"name": "new_name"}
    field_order = ["key", "new_name"]

    new_name = NameFormField(label=gettext_lazy("New name"))

    def values(self):
        return super().values() | {"new_name": self.cleaned_data["new_name"]}


class HandOverForm(OrganizationForm):
    field_order = ["key", "to_zone"]

    to_zone = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=gettext_lazy("To which zone"),
        empty_label=gettext_lazy("— choose —"),
    )  # fmt: skip

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["to_zone"].queryset = Zone.objects.filter(valid_to=None).exclude(pk=self.organization.zone_id)

    def values(self):
        return super().values() | {"to_zone": self.cleaned_data["to_zone"]}


class FoundForm(OrganizationForm):
    """Acts that may bring a new organisation along."""

    called = OrganizationForm.called | {"code": "name"}

    name = NameFormField(label=gettext_lazy("Name of the new organisation"))
    type = forms.ModelChoiceField(
        OrganizationType.objects.none(), label=gettext_lazy("Its type"), empty_label=gettext_lazy("— choose —")
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["type"].queryset = OrganizationType.objects.filter(sector=self.organization.sector)
        self.fields["type"].initial = self.organization.type_id


class MergeForm(FoundForm):
    field_order = ["key", "others", "into", "name", "type"]

    others = OrganizationsField(
        label=gettext_lazy("Together with"),
        required=False,
        help_text=gettext_lazy("Other organisations that merge by the same decision, one a line: name or code."),
    )
    into = OrganizationField(
        label=gettext_lazy("Merges into"),
        required=False,
        help_text=gettext_lazy("Name or code. Empty: they form a new organisation, named below."),
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        sector = self.organization.sector
        for name in ("others", "into"):
            self.fields[name].user, self.fields[name].sector = self.user, sector
        self.fields["into"].widget.attrs["data-find-query"] = f"sector={sector}"
        self.fields["name"].required = self.fields["type"].required = False
        self.fields["name"].help_text = _("Only when a new organisation is formed by the merger.")

    def clean(self):
        data = super().clean()
        into = data.get("into")
        if into is None and "into" not in self.errors:
            for name in ("name", "type"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Give it for the new organisation, or choose one that takes over."))
        elif data.get("name"):
            self.add_error("name", _("An organisation that takes over is chosen above: clear one of the two."))
        for name, rows in {"others": data.get("others") or (), "into": [into] if into else ()}.items():
            for row in rows:
                if row == self.organization or (name == "others" and row == into):
                    self.add_error(name, _("An organisation cannot merge into itself."))
                elif row.zone_id != self.organization.zone_id:
                    message = _("“%(organization)s” is in another zone: hand it over first.")
                    self.add_error(name, message % {"organization": row})
        return data

    def values(self):
        data = self.cleaned_data
        rows = [self.organization, *data["others"]]
        new = {"into": data["into"]} if data["into"] else {"name": data["name"], "type": data["type"]}
        return super().values() | {"organizations": rows} | new


class SplitForm(FoundForm):
    field_order = ["key", "name", "type", "members", "enterprises", "founding"]

    members = CountFormField(
        label=gettext_lazy("Members who go to it"), required=False, widget=forms.TextInput({"size": 10})
    )
    enterprises = forms.ModelMultipleChoiceField(
        Enterprise.objects.none(), label=gettext_lazy("Enterprises of the new organisation"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("The first one gives park and ownership."),
    )  # fmt: skip
    founding = forms.BooleanField(
        label=gettext_lazy("The decision founds it: it counts as a new organisation"), required=False
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        covered = Enterprise.objects.live().filter(
            coverage__organization=self.organization, coverage__valid_to=None, zone=self.organization.zone_id
        )
        self.fields["enterprises"].queryset = covered.distinct()
        if not covered.exists():
            del self.fields["enterprises"]

    def values(self):
        data = self.cleaned_data
        return super().values() | {
            "name": data["name"], "type": data["type"], "members": data["members"] or 0,
            "enterprises": list(data.get("enterprises", ())), "founding": data["founding"],
        }  # fmt: skip


# ------------------------------------------------------------------------------------------ the table


@dataclass(frozen=True)
class ActPage:
    """An act: its words, its form, its function, and what it leads to."""

    title: str | Promise
    form: type[OrganizationForm]
    function: Callable[..., Any]
    again: bool = False  # the same decision often says it of several: "save and add another"
    ends: bool = False  # destructive: the button is outlined and the page says what remains


def _handed_over(*, organization, by, **values):
    return actions.transfer(organizations=[organization], by=by, **values)


def _merged(*, organization, organizations, by, **values):
    return actions.merge(organizations=organizations, by=by, **values)


_member = partial(ActPage, form=MembersForm, again=True)
_moved = actions.record_member_transfer

ACTS: dict[str, ActPage] = {
    Kind.UPGRADED: ActPage(gettext_lazy("Upgrade"), TypeForm, actions.upgrade),
    Kind.DOWNGRADED: ActPage(gettext_lazy("Downgrade"), TypeForm, actions.downgrade),
    Kind.RETYPED: ActPage(gettext_lazy("Change the type"), TypeForm, actions.retype),
    Kind.RENAMED: ActPage(gettext_lazy("Rename"), RenameForm, actions.rename),
    Kind.SUSPENDED: ActPage(gettext_lazy("Suspend"), OrganizationForm, actions.suspend),
    Kind.RESUMED: ActPage(gettext_lazy("Resume"), OrganizationForm, actions.resume),
    Kind.DISSOLVED: ActPage(gettext_lazy("Dissolve"), OrganizationForm, actions.dissolve, ends=True),
    Kind.TRANSFERRED_OUT: ActPage(gettext_lazy("Hand over to another zone"), HandOverForm, _handed_over, ends=True),
    Kind.MERGED_AWAY: ActPage(gettext_lazy("Merge into another"), MergeForm, _merged, ends=True),
    Kind.SPLIT_FROM: ActPage(gettext_lazy("Split a new one off"), SplitForm, actions.split),
    Kind.ADMITTED: _member(gettext_lazy("Admit Party members"), function=actions.admit),
    Kind.RECOGNISED: _member(gettext_lazy("Recognise Party members as official"), function=actions.recognise),
    Kind.JOINED: _member(gettext_lazy("Record new members"), function=actions.join),
    Kind.LEFT: _member(gettext_lazy("Record members who left"), function=actions.leave),
    Kind.MEMBER_TRANSFERRED_IN: _member(
        gettext_lazy("Record members who came from elsewhere"), function=partial(_moved, inward=True)
    ),
    Kind.MEMBER_TRANSFERRED_OUT: _member(
        gettext_lazy("Record members who went elsewhere"), function=partial(_moved, inward=False)
    ),
    Kind.REMOVED: _member(gettext_lazy("Record members removed"), function=actions.remove_members),
}  # fmt: skip


def acts_allowed(organization: Organization) -> list[str]:
    """The acts the page may offer now: as the life-cycle table says; what stands can be split, too."""
    allowed = kinds_allowed(status=organization.status, sector=organization.sector, level=organization.type.level)
    return [
        kind for kind in ACTS
        if (organization.status in STANDING if kind == Kind.SPLIT_FROM else kind in allowed)
    ]  # fmt: skip


def event_of(kind: str, done: Any, organization: Organization) -> Event:
    """The line by which the act just done can be taken back, from what its function returned."""
    if isinstance(done, Event):
        return done
    if isinstance(done, Iterable):
        return next(event for event in done if event.kind == kind)
    subject = done if kind == Kind.SPLIT_FROM else organization
    return Event.objects.filter(organization=subject, kind=kind).latest("pk")
