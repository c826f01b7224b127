"""What is asked of an organisation for a year: its grade, or where its admissions may come from."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions.ratings import NUMBERS
from organizations.fields import CountFormField
from organizations.models import OrganizationRating

from .base import ActForm, DecisionForm


def year_to_rate(today: date) -> int:
    """The year that is rated now: from December on the one that ends, before that the last one."""
    return today.year if today.month == 12 else today.year - 1


class YearForm(ActForm):
    """One year. Of a row that is corrected the year stays, and the whole may be withdrawn."""

    note = None

    year = forms.RegexField(
        r"^\s*\d{4}\s*$",
        label=gettext_lazy("Year"),
        error_messages={"invalid": gettext_lazy("Give a year in four digits, such as 2025.")},
        widget=forms.TextInput({"size": 6, "inputmode": "numeric", "autocomplete": "off"}),
    )
    withdraw = forms.BooleanField(
        label=gettext_lazy("It is not so, and nothing is known instead: withdraw it"), required=False
    )

    def __init__(self, *arguments, row=None, **options):
        self.row = row
        if row is not None:
            self.reason_always = True
        super().__init__(*arguments, **options)
        if row is None:
            del self.fields["withdraw"]
            self.initial.setdefault("year", year_to_rate(timezone.localdate()))
        else:
            del self.fields["year"]
            self.fields["reason"].help_text = _("Why it is corrected; what was said before stays readable.")

    def clean_year(self):
        return int(self.cleaned_data["year"])


class RateForm(YearForm, DecisionForm):
    may_lack_decision = True
    field_order = ["key", "year", "grade", "number", "no_decision", "issued_on", "issuer", "withdraw"]

    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"), choices=OrganizationRating.Grade.choices, widget=forms.RadioSelect
    )

    def __init__(self, *arguments, row=None, **options):
        super().__init__(*arguments, row=row, decision=row.decision if row else None, **options)
        self.fields["issued_on"].required = False
        self.fields["issued_on"].label, self.fields["issued_on"].help_text = _("Date of the decision"), _("dd/mm/yyyy")
        if row is not None:
            self.initial["grade"] = row.grade
            self.initial["no_decision"] = row.decision is None

    def clean(self):
        data = super().clean()
        if data.get("number") and not data.get("issued_on") and "issued_on" not in self.errors:
            self.add_error("issued_on", _("Give the date of the decision."))
        return data

    def said(self) -> dict[str, Any]:
        return {"grade": self.cleaned_data["grade"]}


class SourceForm(YearForm):
    field_order = ["key", "year", *NUMBERS, "withdraw"]

    introduced = CountFormField(
        label=gettext_lazy("Outstanding people introduced"), required=False, widget=forms.TextInput({"size": 10})
    )
    trained = CountFormField(
        label=gettext_lazy("Trained in a class on the Party"), required=False, widget=forms.TextInput({"size": 10})
    )
    under_review = CountFormField(
        label=gettext_lazy("Files under review"),
        required=False,
        widget=forms.TextInput({"size": 10}),
        help_text=gettext_lazy("Numbers only: nobody is named. Leave empty what is not known; 0 says there are none."),
    )

    def __init__(self, *arguments, row=None, **options):
        super().__init__(*arguments, row=row, **options)
        if row is not None:
            self.initial |= {name: getattr(row, name) for name in NUMBERS}

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in NUMBERS}
