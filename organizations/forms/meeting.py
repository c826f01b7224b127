"""Two people change the same row: what each did, field by field, so that neither loses work.

The form carries the version it was opened with and, hidden beside each box, what that version held. When the row has
changed meanwhile, mine and theirs are told apart by that; what does not clash is kept from both.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from organizations.models import Change

KEEP, WAS = "keep-", "was-"  # what was chosen of a field that clashes; what it held, in words, before both
THEIRS, MINE = "theirs", "mine"


class Met(Exception):
    """The row was changed meanwhile: the form was not written, and the page shows who did what."""

    def __init__(self, meeting: "Meeting"):
        super().__init__()
        self.meeting = meeting


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in words. ``clash``: both changed it, each otherwise, and somebody must choose."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    clash: bool
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """``changes`` are what the others recorded since, the newest first."""

    differences: list[Difference]
    changes: list[Change]

    @property
    def clashes(self):
        return [one for one in self.differences if one.clash]


class ComparedForm(forms.Form):
    """A form over a row with a version. ``compared`` are its fields that others may have changed meanwhile."""

    compared: tuple[str, ...] = ()

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        for name in self.compared:
            self.fields[name].show_hidden_initial = True
        if self.is_bound:
            self._choose()

    def value_of(self, row, name):
        """What ``row`` holds in the field ``name``."""
        return getattr(row, name)

    def in_words(self, name, value) -> str:
        if value in (None, ""):
            return "—"
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))
        return str(field.prepare_value(value))

    # ------------------------------------------------------------------ as sent

    def _choose(self):
        """Take over what the person chose of theirs: it stands hidden beside the box."""
        self.data = self.data.copy()
        for name in self.compared:
            if self.data.get(f"{KEEP}{name}") == THEIRS:
                self.data[self.add_prefix(name)] = self.data.get(self.add_initial_prefix(name), "")

    def before(self, name):
        """What the row held when the form was opened."""
        try:
            return self.fields[name].clean(self.data.get(self.add_initial_prefix(name), ""))
        except ValidationError:
            return None

    def changed(self) -> dict:
        """The compared fields that the person changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.compared if self.cleaned_data[name] != self.before(name)}

    # ------------------------------------------------------------------ when somebody else was faster

    def meet(self, fresh: Model) -> Meeting | None:
        """Compare with what ``fresh`` holds now; None when nobody touched these fields, and only the version moved.

        The form then holds what does not clash of both, and the version of ``fresh``.
        """
        found = []
        data = self.data.copy()
        moved = False
        for name in self.compared:
            before, mine, theirs = self.before(name), self.cleaned_data[name], self.value_of(fresh, name)
            moved = moved or theirs != before
            if theirs != before and mine == before:
                data[name] = self._text(name, theirs)
            if mine != theirs:
                found.append(
                    Difference(
                        name,
                        str(self.fields[name].label),
                        *(self.in_words(name, value) for value in (before, theirs, mine)),
                        clash=mine != before and theirs != before,
                    )
                )
            data[self.add_initial_prefix(name)] = self._text(name, theirs)
        since = fresh.version - self.cleaned_data["version"]
        data["version"] = str(fresh.version)
        for name in self.compared:
            data.pop(f"{KEEP}{name}", None)
            data.pop(f"{WAS}{name}", None)
        if not moved:
            self.cleaned_data["version"] = fresh.version
            return None
        self.data = data
        return Meeting(found, self._changes(fresh, since))

    def still_clashing(self, row: Model) -> Meeting | None:
        """What a person who was shown a clash has not chosen yet; None when all is chosen."""
        asked = [name for name in self.compared if f"{WAS}{name}" in self.data]
        chosen = {name: self.data.get(f"{KEEP}{name}", "") for name in asked}
        if all(choice in (THEIRS, MINE) for choice in chosen.values()):
            return None
        found = []
        for name in asked:
            theirs, mine = self.in_words(name, self.before(name)), self.in_words(name, self.cleaned_data[name])
            label, before = str(self.fields[name].label), self.data[f"{WAS}{name}"]
            found.append(Difference(name, label, before, theirs, mine, clash=True, chosen=chosen[name]))
        return Meeting(found, self._changes(row, 1))

    def _changes(self, row, most):
        changes = Change.objects.filter(model=row._meta.label_lower, object_id=row.pk).order_by("-pk")
        return list(changes.select_related("recorded_by")[: min(max(most, 1), 5)])

    def _text(self, name, value) -> str:
        value = self.fields[name].prepare_value(value)
        return "" if value is None else str(value)
