"""What the lists ask besides their filters."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.access import scope_of
from organizations.fields import DateFormField
from organizations.models import Assignment, Park, Zone


def zones_worked_in(user):
    """The zones a person has a role in today: those a view is shared with."""
    held = Assignment.objects.in_force(timezone.localdate()).filter(user=user)
    if held.filter(zone=None).exists() or scope_of(user).zone_ids is None:
        return Zone.objects.filter(parent=None)
    return Zone.objects.filter(pk__in=held.values("zone")).order_by("code")


class ViewForm(forms.Form):
    """The name of a view, and whom it is for."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        error_messages={"required": _("Give the view a name.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    shared_with = forms.ModelChoiceField(
        Zone.objects.none(), label=_("For whom"), required=False, empty_label=_("for myself")
    )

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options, auto_id="id_view_%s")
        self.fields["shared_with"].queryset = zones_worked_in(user)


class WideForm(forms.Form):
    """What a change of many enterprises needs to know beside what it changes to."""

    park = forms.ModelChoiceField(Park.objects.none(), label=_("To the industrial park"), empty_label=_("— choose —"))
    moved_on = DateFormField(
        label=_("There since"),
        event=True,
        help_text=_("dd/mm/yyyy; until the day before they stay where they were."),
        widget=forms.TextInput({"size": 12, "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Kept with the change of each enterprise.")
    )

    def __init__(self, *arguments, user, moving, **options):
        super().__init__(*arguments, **options)
        if moving:
            parks = Park.objects.visible_to(user) | Park.objects.filter(code=Park.NONE)
            self.fields["park"].queryset = parks.order_by("sort_key")
        else:
            del self.fields["park"], self.fields["moved_on"]
