"""What the page of a decision asks about its scans."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from organizations.access import Act, zones_for
from organizations.models import Zone

MOST_FILES = 10  # at once


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """One file or several, as a list."""

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        found = [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]
        if len(found) > MOST_FILES:
            raise forms.ValidationError(
                ngettext_lazy("At most %(limit)s file at once.", "At most %(limit)s files at once.", MOST_FILES)
                % {"limit": MOST_FILES}
            )
        return found


class ScansForm(forms.Form):
    """Scans to attach, for one of the zones that cite the decision and the person writes for."""

    files = ManyFilesField(
        label=_("Choose files, or drag them here"),
        allow_empty_file=True,  # refused by the act, which says what to do
        help_text=_("PDF, JPEG or PNG, up to 10 MB each; several at once."),
        widget=ManyFilesInput({"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": _("Choose a file first.")},
    )
    zone = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=_("For which zone"), empty_label=None
    )

    def __init__(self, *arguments, zones, **options):
        super().__init__(*arguments, **options)
        self.fields["zone"].queryset = Zone.objects.filter(pk__in=[zone.pk for zone in zones])
        if len(zones) == 1:  # nothing to choose
            self.fields["zone"].widget = forms.HiddenInput()
        self.fields["zone"].initial = zones[0].code


def zones_to_attach_for(user, decision):
    """The zones for which ``user`` may attach scans to ``decision``, its own first."""
    zones = zones_for(user, Act.ENTER, Act.ASSIGN_TARGETS).filter(pk__in=decision.zone_ids())
    return sorted(zones, key=lambda zone: zone.pk != decision.zone_id)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Kept with the scan; the file itself stays in the archive.")
    )
