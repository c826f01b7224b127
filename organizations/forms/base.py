"""What every form of an act shares: a key under which it acts once, the decision, and how a refusal is shown.

A rule that only warns asks for a reason on the same page; the box for it appears when it is asked for.
"""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.fields import CountFormField, DateFormField
from organizations.lookups import known_issuers
from organizations.models import Decision
from organizations.problems import NeedsReason, Refused
from organizations.widgets import TextWithList
from vietnamese.text import clean

from .papers import PaperForm


class ActForm(forms.Form):
    """One act. ``called`` says under which field the reasons of an action are shown when it is another name."""

    use_required_attribute = False  # what is wrong is told once, by the server, in the office's words
    called: dict[str, str] = {}
    reason_always = False

    key = forms.RegexField(r"^[\w-]{1,100}$", required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("It is kept with the line in the ledger."),
    )  # fmt: skip

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options)
        self.user = user
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.error_messages["required"] = gettext_lazy("Choose one from the list.")
        self.fields["key"].initial = uuid4
        if self.reason_always:
            self.fields["reason"].required = True
        elif "reason" not in self.data:
            self.kept_reason = self.fields.pop("reason")
        for name in ("note", "reason"):  # last, whatever fields an act adds
            if name in self.fields:
                self.fields[name] = self.fields.pop(name)

    def take(self, refused: Refused) -> None:
        """Show why the act was refused, where it was typed; ask for a reason when one is enough."""
        if isinstance(refused, NeedsReason):
            if "reason" not in self.fields:
                self.fields["reason"] = self.kept_reason
            self.fields["reason"].help_text = _(
                "If it is right all the same, say why: the reason is kept in the ledger."
            )
        for problems in refused.by_row.values():
            for problem in problems:
                name = "reason" if isinstance(refused, NeedsReason) else self.called.get(problem.field, problem.field)
                self.refuse(name, problem.error())

    def refuse(self, name: str, error: ValidationError | str) -> None:
        """Add an error at the field ``name``, or above the form when it has no such field; the same words once."""
        place = name if name in self.fields else None
        messages = error.messages if isinstance(error, ValidationError) else [error]
        if not set(messages) <= set(self.errors.get(place or "__all__", [])):
            self.add_error(place, error)

    def new_key(self) -> None:
        """Let the form, drawn again, be sent as another act."""
        self.data = self.data.copy()
        self.data["key"] = str(uuid4())


class DecisionForm(PaperForm, ActForm):
    """An act that a decision orders: its number-symbol, date and issuer. Known decisions are quoted."""

    called = {"effective_on": "issued_on", "date": "issued_on", "on": "issued_on", "decision": "number"}
    may_lack_decision = False

    number = forms.CharField(
        label=gettext_lazy("Number-symbol of the decision"), required=False, max_length=80,
        help_text=gettext_lazy("As printed, for example 12-QĐ/ĐU."),
        widget=forms.TextInput({"size": 24, "autocomplete": "off"}),
    )  # fmt: skip
    no_decision = forms.BooleanField(
        label=gettext_lazy("There is no decision, or its number is not known yet"), required=False
    )
    issued_on = DateFormField(
        label=gettext_lazy("Date of the decision"), event=True,
        help_text=gettext_lazy("dd/mm/yyyy. The fact counts from this day."),
        widget=forms.TextInput({"size": 12, "inputmode": "numeric"}),
    )  # fmt: skip
    issuer = forms.CharField(label=gettext_lazy("Issued by"), required=False, max_length=250, widget=TextWithList())

    def __init__(self, *arguments, decision: Decision | None = None, **options):
        super().__init__(*arguments, **options)
        if self.may_lack_decision:
            self.fields["number"].required = False
            self.fields["issued_on"].label = _("Date of the decision, or of the fact when there is none")
        else:
            del self.fields["no_decision"]
            self.fields["number"].required = True
        known = known_issuers(self.user)
        self.fields["issuer"].widget.offered = known
        if decision is not None:
            self.initial |= {
                "number": decision.number, "issued_on": decision.issued_on, "issuer": decision.issuer.name
            }  # fmt: skip
        elif len(known) == 1:
            self.initial.setdefault("issuer", known[0])

    def clean(self):
        data = super().clean()
        data["number"], data["issuer"] = clean(data.get("number") or ""), clean(data.get("issuer") or "")
        without = data.get("no_decision", False)
        if without and data["number"]:
            self.add_error("no_decision", _("A number-symbol is given above: clear one of the two."))
        elif self.may_lack_decision and not without and not data["number"] and "number" not in self.errors:
            self.add_error("number", _("Give the decision's number-symbol, or tick that there is none."))
        self.ask_about_paper()
        return data

    def decision_values(self) -> dict | None:
        """What identifies the decision, for ``record_decision``; None when there is none."""
        data = self.cleaned_data
        if not data["number"]:
            return None
        return {name: data[name] for name in ("number", "issued_on", "issuer")}


class CountedForm(forms.Form):
    """How many people, with its parts."""

    quantity = CountFormField(label=gettext_lazy("How many people"), min_value=1, widget=forms.TextInput({"size": 10}))
    female = CountFormField(
        label=gettext_lazy("of whom women"), required=False, widget=forms.TextInput({"size": 10}),
        help_text=gettext_lazy("Leave it empty when it is not known; 0 says there are none."),
    )  # fmt: skip
    workers = CountFormField(
        label=gettext_lazy("of whom direct workers"), required=False, widget=forms.TextInput({"size": 10})
    )


class CorrectingForm(forms.Form):
    """A form that says otherwise than what is recorded: ``changes()`` must not be empty."""

    def changes(self) -> dict:
        raise NotImplementedError

    def clean(self):
        data = super().clean()
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("Nothing is different from what is recorded: change something, or cancel."))
        return data
