"""Recording an enterprise, and changing one."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, zone_ids_for
from organizations.alike import Alike, alike_enterprises
from organizations.doubts import ahead_of_its_start, doubt_of_capital
from organizations.fields import CountFormField, DateFormField, NameFormField, TaxCodeFormField
from organizations.models import EnterpriseStatus, LegalForm, Ownership, Park, Zone
from organizations.placing import cannot_sit_in, nearer_keeper

from .base import ActForm
from .meeting import ComparedForm

FIELDS = ("name", "tax_code", "park", "legal_form", "ownership", "countries", "status", "started_on")
DAY_BOX = {"size": 12, "inputmode": "numeric"}


def words(choices, but=()):
    return [(value, capfirst(str(label))) for value, label in choices if value not in but]


def zones_to_enter(user):
    """The zones in which ``user`` enters facts."""
    ids = zone_ids_for(user, Act.ENTER)
    return Zone.objects.order_by("code") if ids is None else Zone.objects.filter(pk__in=ids).order_by("code")


class ParkField(forms.ModelChoiceField):
    def label_from_instance(self, park):
        return _("in no park") if park.code == Park.NONE else park.name


class EnterpriseForm(ActForm):
    """What is common to both: the facts of an enterprise, and whether it may be recorded already."""

    name = NameFormField(label=gettext_lazy("Name of the enterprise"))
    tax_code = TaxCodeFormField(
        label=gettext_lazy("Tax code"), required=False, widget=forms.TextInput({"size": 16, "inputmode": "numeric"}),
        help_text=gettext_lazy("10 digits, or 0200000000-001 for a dependent unit. A doubtful one is not refused."),
    )  # fmt: skip
    park = ParkField(Park.objects.none(), label=gettext_lazy("Industrial park"), empty_label="—")
    legal_form = forms.ChoiceField(label=gettext_lazy("Legal form"), required=False, initial=LegalForm.UNKNOWN)
    ownership = forms.ChoiceField(label=gettext_lazy("Ownership"), required=False, initial=Ownership.UNKNOWN)
    countries = NameFormField(
        label=gettext_lazy("Investors' countries"), required=False,
        help_text=gettext_lazy("For foreign capital, for example: Nhật Bản, Hàn Quốc."),
    )  # fmt: skip
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False, initial=EnterpriseStatus.OPERATING)
    started_on = DateFormField(
        label=gettext_lazy("Operating since"), required=False, help_text=gettext_lazy("dd/mm/yyyy"),
        widget=forms.TextInput(DAY_BOX),
    )  # fmt: skip

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        del self.fields["note"]
        self.alike: list[Alike] = []
        self.taken: list[Alike] = []
        self.told: list[str] = []  # what is doubtful, and stops nothing
        self.fields["legal_form"].choices = words(LegalForm.choices)
        self.fields["ownership"].choices = words(Ownership.choices, but={Ownership.NONE})
        self.fields["status"].choices = words(EnterpriseStatus.choices)

    def zone(self) -> Zone | None:
        raise NotImplementedError

    def clean_tax_code(self):
        self.told += self.fields["tax_code"].warnings
        return self.cleaned_data["tax_code"]

    def clean(self):
        data = super().clean()
        for name in ("legal_form", "ownership", "status"):
            data[name] = data.get(name) or self.fields[name].initial.value
        if problem := ahead_of_its_start(data.get("started_on"), data["status"], timezone.localdate()):
            self.add_error("started_on", problem)
        if doubt := doubt_of_capital(data["ownership"], data.get("countries", "")):
            self.told.append(doubt)
        zone, park = self.zone(), data.get("park")
        if zone and park and (problem := self._cannot_sit_in(park, zone)):
            self.add_error("park", problem)
        return data

    def _cannot_sit_in(self, park, zone):
        return cannot_sit_in(park, zone)

    def is_another(self, but=None) -> bool:
        """Whether no recorded enterprise may be this one, or the person has seen those and says it is another."""
        data = self.cleaned_data
        self.alike = alike_enterprises(
            name=data["name"], tax_code=data["tax_code"], zone=self.zone(), user=self.user, but=but
        )
        self.taken = [one for one in self.alike if one.same_code and one.row.zone_id == self.zone().pk]
        if self.taken:
            return True  # the act refuses it, and the page shows which one it is
        said = set(self.data.get("different", "").split(","))
        return {str(one.row.pk) for one in self.alike} <= said

    @property
    def alike_keys(self) -> str:
        return ",".join(str(one.row.pk) for one in self.alike)


class NewEnterpriseForm(EnterpriseForm):
    zone_of = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=gettext_lazy("Zone"), empty_label=None
    )
    workers = CountFormField(
        label=gettext_lazy("Workers"), required=False, widget=forms.TextInput({"size": 10}),
        help_text=gettext_lazy("Leave it empty when the number is not known."),
    )  # fmt: skip
    workers_on = DateFormField(
        label=gettext_lazy("Workers counted on"), required=False, event=True, widget=forms.TextInput(DAY_BOX),
        help_text=gettext_lazy("dd/mm/yyyy; today when left empty."),
    )  # fmt: skip
    zone_said = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    field_order = ["key", "zone_said", "zone_of", *FIELDS, "workers", "workers_on"]
    called = {"on": "workers_on", "total": "workers"}

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        zones = zones_to_enter(self.user)
        self.fields["zone_of"].queryset = zones
        self.fields["park"].queryset = Park.objects.filter(
            Q(pk__in=Park.objects.visible_to(self.user).values("pk")) | Q(code=Park.NONE)
        )
        found = list(zones)
        ids = {zone.pk for zone in found}
        roots = [zone for zone in found if zone.parent_id not in ids]
        if len(found) == 1:
            self.fields["zone_of"].widget = forms.HiddenInput()
        if len(roots) == 1:
            self.initial.setdefault("zone_of", roots[0].code)

    def zone(self):
        return self.cleaned_data.get("zone_of")

    def clean(self):
        data = super().clean()
        zone, park = data.get("zone_of"), data.get("park")
        if (
            zone
            and park
            and data.get("zone_said") != zone.code
            and (nearer := nearer_keeper(park, zone, timezone.localdate()))
        ):
            message = _(
                "“%(park)s” is looked after by %(nearer)s: choose that zone. "
                "If the enterprise does belong to %(zone)s itself, save once more."
            )
            self.add_error("zone_of", message % {"park": park, "nearer": nearer, "zone": zone})
            self.data = self.data.copy()
            self.data["zone_said"] = zone.code  # the second time it is meant
        return data

    def values(self) -> dict:
        data = self.cleaned_data
        counted = {} if data["workers"] is None else {"workers": data["workers"], "workers_on": data["workers_on"]}
        return {name: data[name] for name in FIELDS} | counted


class ChangeEnterpriseForm(ComparedForm, EnterpriseForm):
    """An enterprise as it stands; ``changed()`` is what the person wants otherwise."""

    compared = FIELDS
    moved_on = DateFormField(
        label=gettext_lazy("In the new park since"), required=False, event=True, widget=forms.TextInput(DAY_BOX),
        help_text=gettext_lazy("Only when the park changes; today when left empty. The former stay is kept."),
    )  # fmt: skip
    field_order = ["key", "version", *FIELDS, "moved_on", "reason"]

    def __init__(self, *arguments, enterprise, **options):
        self.enterprise = enterprise
        super().__init__(*arguments, **options)
        if "reason" not in self.fields:
            self.fields["reason"] = self.kept_reason
        self.fields["reason"].help_text = _("Kept in the history of the enterprise.")
        self.fields["park"].queryset = Park.objects.filter(
            Q(pk__in=Park.objects.near(enterprise.zone).values("pk")) | Q(pk=enterprise.park_id) | Q(code=Park.NONE)
        )
        self.initial = {name: getattr(enterprise, name) for name in FIELDS} | {"version": enterprise.version}
        self.order_fields(self.field_order)

    def zone(self):
        return self.enterprise.zone

    def _cannot_sit_in(self, park, zone):
        return "" if park.pk == self.enterprise.park_id else super()._cannot_sit_in(park, zone)
