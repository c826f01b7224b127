"""Who signs in, and what each may do where. An administrator administers the people of the own zones."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from organizations import access
from organizations.access import Act, require
from organizations.fields import NameFormField
from organizations.models import Assignment, Role, Zone

from .base import ActForm, RowsAdmin, SeenFilter
from .site import office


class UserForm(ActForm):
    full_name = NameFormField(label=gettext_lazy("full name"), max_length=120, required=False)
    role = forms.ChoiceField(label=gettext_lazy("role"), choices=Role.choices)
    zone = forms.ModelChoiceField(
        Zone.objects.all(), label=gettext_lazy("zone"), required=False,
        help_text=gettext_lazy("Left empty: the whole city (City Organization Board and administrators only)."),
    )  # fmt: skip
    new_password = forms.CharField(
        label=gettext_lazy("new password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty, the password stays. A new one ends the person's sessions and API tokens."),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("new password, again"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "new_password" in self.fields and self.instance.pk is None:
            self.fields["new_password"].required = self.fields["again"].required = True
            self.fields["new_password"].help_text = " ".join(password_validators_help_texts())

    def clean(self):
        values = super().clean()
        if password := values.get("new_password"):
            if password != values.get("again"):
                self.add_error("again", _("The two passwords differ."))
            else:
                try:
                    validate_password(password, self.instance)
                except forms.ValidationError as weak:
                    self.add_error("new_password", weak)
        return values


@admin.register(User, site=office)
class UserAdmin(RowsAdmin):
    form = UserForm
    act = Act.CATALOGUE
    zone_path = "assignments__zone"
    list_display = ("username", "full_name", "is_active", "is_staff", "language", "last_login")
    list_filter = ("is_active", "assignments__role", ("assignments__zone", SeenFilter))
    search_texts = ("username", "full_name")
    hidden = ("password", "email", "groups", "user_permissions")
    on_add = ("username", "full_name", "language", "role", "zone", "new_password", "again")
    on_change = ("full_name", "language", "is_active", "new_password", "again")

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "reason"]

    def may(self, user, row=None):
        return super().may(user) if row is None else access.may_administer(user, row)

    def of_zones(self, rows, ids, user):
        return rows.filter(pk__in=Assignment.objects.filter(zone__in=ids).values("user"))

    def record(self, by, values):
        require(by, Act.CATALOGUE, values["zone"])
        given = {name: values[name] for name in ("username", "full_name", "language", "role", "zone")}
        return access.create_user(password=values["new_password"], **given)

    def amend(self, by, row, values, changed):
        given = {name: changed[name] for name in ("full_name", "language", "is_active") if name in changed}
        access.change_user(user=row, by=by, password=values["new_password"], **given)

    history_view = admin.ModelAdmin.history_view  # accounts are no rows of the ledger


@admin.register(Assignment, site=office)
class AssignmentAdmin(RowsAdmin):
    """A role is given, and ended by its last day: it is never taken back as if it had not been."""

    act = Act.CATALOGUE
    zone_path = "zone"
    list_display = ("user", "role", "zone", "valid_from", "valid_to")
    list_select_related = ("user", "zone")
    list_filter = ("role", ("zone", SeenFilter))
    search_texts = ("user__username", "user__full_name", "zone__name")
    raw_id_fields = ("user",)
    on_add = ("user", "role", "zone", "valid_from", "valid_to")
    on_change = ("valid_from", "valid_to")

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "reason"]

    def record(self, by, values):
        require(by, Act.CATALOGUE, values["zone"])
        if values["user"] == by:
            raise forms.ValidationError(_("Nobody changes the own roles: ask another administrator."))
        return access.assign(**{name: values[name] for name in self.on_add})

    def amend(self, by, row, values, changed):
        access.change_assignment(assignment=row, by=by, **changed)

    history_view = admin.ModelAdmin.history_view


@admin.register(LogEntry, site=office)
class LogEntryAdmin(RowsAdmin):
    """What was saved at /admin/, by whom; what it changed is in the changes."""

    zone_path = "user"
    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "change_message")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag", "action_time")
    search_fields = ("object_repr", "user__username")

    def of_zones(self, rows, ids, user):
        return rows.filter(user=user)
