"""What is asked to count the people of an enterprise or an organisation on a day, or to correct a count."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions.headcounts import MEASURES
from organizations.fields import CountFormField, DateFormField
from organizations.models import Enterprise, Headcount

from .base import ActForm, CorrectingForm

NUMBER = {"size": 10}


class HeadcountForm(ActForm):
    """A level on a day. An enterprise has workers: of them no official members are counted."""

    note = None
    field_order = ["key", "on", "total", "official", "female", "workers"]

    on = DateFormField(
        label=gettext_lazy("Day of the count"),
        event=True,
        help_text=gettext_lazy("dd/mm/yyyy"),
        widget=forms.TextInput({"size": 12, "inputmode": "numeric"}),
    )
    total = CountFormField(label=gettext_lazy("Total"), widget=forms.TextInput(NUMBER))
    official = CountFormField(
        label=gettext_lazy("of whom official members"), required=False, widget=forms.TextInput(NUMBER)
    )
    female = CountFormField(
        label=gettext_lazy("of whom women"),
        required=False,
        widget=forms.TextInput(NUMBER),
        help_text=gettext_lazy("Leave it empty when it is not known; 0 says there are none."),
    )
    workers = CountFormField(
        label=gettext_lazy("of whom direct workers"), required=False, widget=forms.TextInput(NUMBER)
    )

    def __init__(self, *arguments, subject, **options):
        super().__init__(*arguments, **options)
        if isinstance(subject, Enterprise):
            self.fields["total"].label = _("Workers in all")
            del self.fields["official"]
        else:
            self.fields["total"].label = _("Members in all")

    def measures(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in MEASURES if name in self.fields}


class CorrectHeadcountForm(CorrectingForm, HeadcountForm):
    reason_always = True

    def __init__(self, *arguments, headcount: Headcount, **options):
        self.headcount = headcount
        super().__init__(*arguments, **options)
        self.initial |= {name: getattr(headcount, name) for name in ("on", *MEASURES)}
        self.fields["reason"].help_text = _("Why the count is corrected; the former one stays readable.")

    def changes(self) -> dict[str, Any]:
        given = self.measures() | {"on": self.cleaned_data["on"]}
        return {name: value for name, value in given.items() if value != getattr(self.headcount, name)}
