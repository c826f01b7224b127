"""What is asked to correct a line of the ledger, or to take it back: always a reason."""

from typing import Any

from django.utils.translation import gettext as _

from organizations.lifecycle import COUNTS_MEMBERS
from organizations.models import Decision, Event
from organizations.seeds import UNKNOWN_ISSUER, issuer_key

from .base import ActForm, CorrectingForm, CountedForm, DecisionForm

COUNTED = tuple(CountedForm.base_fields)


class CorrectForm(CorrectingForm, CountedForm, DecisionForm):
    """The values of ``event`` to write over; what is not changed stays."""

    reason_always = True
    asks_about_paper = False
    field_order = ["key", *COUNTED, "number", "no_decision", "issued_on", "issuer"]

    def __init__(self, *arguments, event: Event, **options):
        self.event = event
        self.may_lack_decision = event.decision is None or event.kind in COUNTS_MEMBERS
        super().__init__(*arguments, decision=event.decision, **options)
        self.initial["note"] = event.note
        if event.decision is None:
            self.initial |= {"no_decision": True, "issued_on": event.effective_on}
        if event.kind in COUNTS_MEMBERS:
            self.initial |= {name: self._recorded(name) for name in COUNTED}
        else:
            for name in COUNTED:
                del self.fields[name]
        self.fields["reason"].help_text = _("Why the line is corrected; kept with the reversal and the new line.")

    def _recorded(self, name):
        value = getattr(self.event, name)
        return None if value is None else abs(value)

    def changes(self) -> dict[str, Any]:
        """What ``actions.correct`` is given; ``decision`` is True when another one is named by the form."""
        data, event = self.cleaned_data, self.event
        changes = {
            name: data[name] for name in COUNTED if name in self.fields and data[name] != self._recorded(name)
        }  # fmt: skip
        if data["note"].strip() != event.note:
            changes["note"] = data["note"]
        if data["number"]:
            if event.decision is None or self._key_given() != _key_of(event.decision):
                changes["decision"] = True
        elif event.decision is not None:
            changes |= {"decision": None, "date": data["issued_on"]}
        elif data["issued_on"] != event.effective_on:
            changes["date"] = data["issued_on"]
        return changes

    def _key_given(self):
        data = self.cleaned_data
        return (Decision.key_of(data["number"]), issuer_key(data["issuer"] or UNKNOWN_ISSUER), data["issued_on"])


def _key_of(decision):
    return (decision.number_key, decision.issuer.search_key, decision.issued_on)


class ReverseForm(ActForm):
    reason_always = True
    note = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _("Why the line is taken back; kept with the reversal.")
