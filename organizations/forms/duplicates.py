"""What is asked to merge two rows, or to separate them: always a reason."""

from django import forms
from django.utils.translation import gettext as _

from .base import ActForm


class MergeForm(ActForm):
    """``keep`` is the row that stays; ``seen`` the versions of the two, as the page showed them."""

    reason_always = True
    note = None
    keep = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.RegexField(r"^\d{1,9}-\d{1,9}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _("How you know that the two are one; kept with every change.")

    def versions(self) -> tuple[int, int] | None:
        seen = self.cleaned_data["seen"]
        return tuple(int(part) for part in seen.split("-")) if seen else None


class SeparateForm(ActForm):
    reason_always = True
    note = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _("Why the two are not one; kept with every change.")
