from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from two_factor.forms import TOTPDeviceForm

CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "size": 10}


class SignInForm(AuthenticationForm):
    error_messages = {"invalid_login": _("The user name or the password is wrong.")}


def describe_code(form: forms.Form, *, backup: bool) -> None:
    """Say in our words what the code field of a sign-in step wants; two_factor chooses its form by the device."""
    if field := form.fields.get("otp_token"):
        if backup:
            field.label, field.help_text = _("Backup code"), _("Each backup code works once.")
            field.widget.attrs |= {"autocomplete": "off", "size": 14}
        else:
            field.label, field.help_text = _("Six-digit code"), _("Open the authenticator app on your phone.")
            field.widget.attrs |= CODE_ATTRS


class FirstCodeForm(TOTPDeviceForm):
    """The first code of a new authenticator proves that it was set up right.

    Text, not a number: a code may begin with 0, and a number field would show arrows that change it.
    """

    token = forms.RegexField(
        regex=r"^[0-9 ]{6,8}$",
        label=_("Six-digit code"),
        help_text=_("The code that the app shows now."),
        error_messages={"invalid": _("Enter the six digits that the app shows.")},
    )

    def __init__(self, key, user, metadata=None, **kwargs):  # named: the wizard reads what a form wants from here
        super().__init__(key, user, metadata, **kwargs)
        self.fields["token"].widget.attrs |= CODE_ATTRS

    def clean_token(self):
        self.cleaned_data["token"] = int(self.cleaned_data["token"].replace(" ", ""))
        return super().clean_token()
