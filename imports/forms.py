"""What the pages of the intake ask."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, zones_for
from organizations.fields import DateFormField
from organizations.models import Park, Zone

from .kinds import KINDS
from .matching import default_zone

PASTED = gettext_lazy("Pasted table")


class BringForm(forms.Form):
    """A file, or a table pasted; for which zone, and of what kind when the person wants to say."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Excel (.xlsx, .xls), OpenDocument or CSV, up to 10 MB; old files in .VnTime, too."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv,.txt,.tsv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste a table"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Copy the cells in Excel, titles included, and paste them here."),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), required=False)
    zone = forms.ModelChoiceField(
        Zone.objects.none(),
        to_field_name="code",
        label=gettext_lazy("For which zone"),
        required=False,
        empty_label=gettext_lazy("as the file says (targets)"),
        help_text=gettext_lazy("The zone whose facts these are. A workbook of targets names its zones itself."),
    )
    park = forms.ModelChoiceField(
        Park.objects.none(),
        label=gettext_lazy("Industrial park of all lines"),
        required=False,
        empty_label=gettext_lazy("as the file says"),
    )
    counted_on = DateFormField(
        label=gettext_lazy("Day of the counts"),
        required=False,
        event=True,
        help_text=gettext_lazy("dd/mm/yyyy; only when the file does not say “số liệu đến …” above the table."),
        widget=forms.TextInput({"size": 12}),
    )

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options)
        self.fields["kind"].choices = [
            ("", _("found by its columns")), *((kind.name, kind.label) for kind in KINDS.values())
        ]  # fmt: skip
        zones = zones_for(user, Act.IMPORT, Act.ASSIGN_TARGETS)
        self.fields["zone"].queryset = zones
        self.fields["park"].queryset = Park.objects.visible_to(user)
        if own := default_zone(user):
            self.fields["zone"].initial = own.code

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("file") and not (data.get("text") or "").strip():
            self.add_error("file", _("Choose a workbook, or paste a table. Nothing was written to the system."))
        return data


class SayForm(forms.Form):
    """What holds for the whole of an upload whose rows are staged."""

    counted_on = BringForm.base_fields["counted_on"]
    corrections = forms.CharField(
        label=gettext_lazy("Reason for correcting recorded facts"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "Lines that contradict the ledger are written as corrections (a reversal and a new line) with this reason."
        ),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("Kept with each line that is taken back.")
    )


class ColumnsForm(forms.Form):
    """Which sheet, which title rows, of what kind, and what each column of the file is."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"))
    zone = forms.ModelChoiceField(
        Zone.objects.none(),
        to_field_name="code",
        label=gettext_lazy("For which zone"),
        required=False,
        empty_label=gettext_lazy("as the file says (targets)"),
    )
    header = forms.CharField(
        label=gettext_lazy("Lines of the titles"),
        help_text=gettext_lazy("The line number in the workbook: 4, or 4-5 for titles in two lines."),
        widget=forms.TextInput({"size": 6, "inputmode": "numeric"}),
    )
    park = forms.ModelChoiceField(
        Park.objects.none(),
        label=gettext_lazy("Industrial park of all lines"),
        required=False,
        empty_label=gettext_lazy("as the file says"),
    )

    def __init__(self, *arguments, user, sheets, **options):
        super().__init__(*arguments, **options)
        self.fields["sheet"].choices = [(name, name) for name in sheets]
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in KINDS.values()]
        self.fields["park"].queryset = Park.objects.visible_to(user)
        self.fields["zone"].queryset = zones_for(user, Act.IMPORT, Act.ASSIGN_TARGETS)

    def clean_header(self):
        """The title rows from 0: first and last."""
        parts = self.cleaned_data["header"].replace("–", "-").split("-")
        if len(parts) > 2 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
            raise forms.ValidationError(_("Give a line number such as 4, or two lines such as 4-5."))
        first, last = int(parts[0][:6]), int(parts[-1][:6])
        if not 1 <= first <= last <= first + 1:
            raise forms.ValidationError(_("Give a line number such as 4, or two lines such as 4-5."))
        return first - 1, last - 1
