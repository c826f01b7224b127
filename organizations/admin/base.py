"""How every table is administered: seen within one's scope, written by an act or not at all, never deleted."""

from functools import reduce
from operator import or_

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, may, may_somewhere, scope_of
from organizations.fields import DateFormField
from organizations.models import Decision
from organizations.problems import Conflict
from vietnamese.text import search_key

from .site import office

DERIVED = {"search_key", "sort_key", "number_key", "prev_hash", "hash", "sha256", "request_hash", "shape"}
EVERYBODY = ""  # of ``zone_path``: the rows are the same for every zone


def seen(model, user):
    """The rows of ``model`` that may be chosen by ``user``: those of the list, when there is one."""
    rows = standing(model._default_manager.all())
    if office.is_registered(model):
        return office.get_model_admin(model).scoped(rows, user)
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def standing(rows):
    """``rows`` without those that undone imports have withdrawn."""
    if rows.model is Decision:
        return rows.live()
    return rows.filter(voided_by=None) if any(field.name == "voided_by" for field in rows.model._meta.fields) else rows


def listed(said):
    """Findings of an import, (column, message) each, as a list that people read."""
    lines = [(f"{column}: {message}" if column else message,) for column, message in said]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines)) if lines else "—"


class SeenFilter(admin.RelatedFieldListFilter):
    """Filters by a row of another table; offers only those the person sees."""

    def field_choices(self, field, request, model_admin):
        return [(row.pk, str(row)) for row in seen(field.related_model, request.user)]

    def queryset(self, request, queryset):
        """By a row that is not seen nothing is found, whatever the address says."""
        asked = [pk for pk in self.lookup_val or () if pk]
        related = self.field.related_model
        try:
            if asked and not seen(related, request.user).filter(pk__in=asked).exists():
                return queryset.none()
        except (ValueError, ValidationError):
            pass  # the list itself says so
        return super().queryset(request, queryset)


ZONE = ("zone", SeenFilter)


class RowWidget(ForeignKeyRawIdWidget):
    """A box for the id of a row, which is named beside it only to who sees the row."""

    user = None

    def label_and_url_for_value(self, value):
        try:
            is_seen = seen(self.rel.model, self.user).filter(pk=value).exists()
        except (ValueError, TypeError, OverflowError, ValidationError):
            is_seen = False
        return super().label_and_url_for_value(value) if is_seen else ("", "")


class ActForm(forms.ModelForm):
    """What an act takes. ``refusal`` is why it refused the values, when they have been tried."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version the person saw
    refusal: Exception | None = None
    user = None
    needs_reason = False
    also: dict[str, str] = {}  # the act's names of fields, where they differ from the form's

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", getattr(self.instance, "version", None))
        if "reason" in self.fields:
            self.fields["reason"].required = self.needs_reason
        for field in self.fields.values():
            field.label = field.label and capfirst(field.label)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = seen(field.queryset.model, self.user)
            if isinstance(field.widget, RowWidget):
                field.widget.user = self.user

    def clean(self):
        values = super().clean()
        match self.refusal:
            case ValidationError() as refused:
                told = refused.error_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.error_list}
                for name, errors in told.items():
                    field = self.also.get(name, name)
                    self.add_error(field if field in self.fields else None, errors)
            case Conflict():
                message = _("Somebody else has changed this meanwhile. Nothing was written: read it again.")
                self.add_error(None, message)
            case PermissionDenied() as refused:
                self.add_error(None, str(refused) or _("Your role may read this but not write it."))
        return values


class RowsAdmin(admin.ModelAdmin):
    """Rows that are read. When acts ``record`` or ``amend`` them, ``on_add`` and ``on_change`` say what these take.

    ``zone_path`` leads to the zone of a row whose QuerySet has no ``visible_to``.
    """

    form = ActForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    formfield_overrides = {models.DateField: {"form_class": DateFormField, "widget": forms.TextInput}}

    act = Act.ENTER
    zone_path: str | None = None
    on_add: tuple[str, ...] = ()  # what the act that records a row takes
    on_change: tuple[str, ...] = ()  # what the act that changes one takes
    hidden: tuple[str, ...] = ()  # columns that are nobody's to read
    in_words: tuple[str, ...] = ()  # methods that say what a hidden column holds
    needs_reason = False
    search_texts: tuple[str, ...] = ()  # of few rows, which store no search key

    def __init__(self, model, site):
        super().__init__(model, site)
        if self.zone_path is None and not hasattr(model._default_manager.none(), "visible_to"):
            raise ImproperlyConfigured(f"{type(self).__name__} does not say who sees its rows")
        if self.search_texts:
            self.search_fields = self.search_texts

    # ------------------------------------------------------------------ what the act is

    def record(self, by, values):
        """Record a new row from the form's values; returns it."""
        raise NotImplementedError

    def amend(self, by, row, values, changed):
        """Change ``row``; ``changed`` are the values that differ."""
        raise NotImplementedError

    def may(self, user, row=None):
        """Whether the act is allowed somewhere, or on ``row``."""
        return may_somewhere(user, self.act) if row is None else may(user, self.act, row.zone_id)

    # ------------------------------------------------------------------ who sees what

    def get_queryset(self, request):
        rows = standing(super().get_queryset(request))
        for name in ("organization", "enterprise"):
            if self.zone_path == f"{name}__zone":
                rows = rows.filter(**{f"{name}__voided_by": None})
        return self.scoped(rows, request.user)

    def scoped(self, rows, user):
        """Those of ``rows`` that ``user`` sees."""
        ids = scope_of(user).zone_ids
        if self.zone_path is None:
            return rows.visible_to(user)
        return rows if ids is None or self.zone_path == EVERYBODY else self.of_zones(rows, ids, user)

    def of_zones(self, rows, ids, user):
        return rows.filter(**{f"{self.zone_path}__in": ids})

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    has_module_permission = has_view_permission

    def has_add_permission(self, request):
        return bool(self.on_add) and self.admin_site.has_permission(request) and self.may(request.user)

    def has_change_permission(self, request, obj=None):
        allowed = bool(self.on_change) and self.admin_site.has_permission(request)
        return allowed and self.may(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    # ------------------------------------------------------------------ lists

    def lookup_allowed(self, lookup, value, request):
        """A column that is nobody's to read is not found out by filtering, either."""
        return lookup.split("__")[0] not in self.hidden and super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        """Rows in which every word is found; accents and case do not matter."""
        words = search_key(search_term).split() if self.search_fields else []
        if self.search_texts and words:
            texts = queryset.order_by().values_list("pk", *self.search_texts)
            keys = {pk: search_key(" ".join(text or "" for text in found)) for pk, *found in texts}
            return queryset.filter(pk__in=[pk for pk, key in keys.items() if all(word in key for word in words)]), False
        for word in words:
            queryset = queryset.filter(
                reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.get_search_fields(request)))
            )
        return queryset, False

    # ------------------------------------------------------------------ forms

    def columns(self):
        meta = self.model._meta
        left_out = {meta.pk.name, *DERIVED, *self.hidden}
        names = [field.name for field in (*meta.fields, *meta.many_to_many) if field.name not in left_out]
        return names + list(self.in_words)

    def get_fields(self, request, obj=None):
        if obj is None:
            return list(self.on_add)
        names = self.columns()
        if self.has_change_permission(request, obj):
            names += [name for name in self.on_change if name not in names] + ["reason"]
            names += ["seen"] if "version" in names else []
        return names

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else [name for name in self.columns() if name not in self.on_change]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        shown = self.get_fields(request, obj)
        form.base_fields = {name: field for name, field in form.base_fields.items() if name in shown}
        form.refusal, form.user = getattr(request, "refusal", None), request.user
        form.needs_reason = change and self.needs_reason
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.raw_id_fields:
            kwargs["widget"] = RowWidget(db_field.remote_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)

    # ------------------------------------------------------------------ acting

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The act runs when the row is saved. Refused, everything is taken back and the form says why."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, Conflict, PermissionDenied) as refusal:
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        values = form.cleaned_data
        if not change:
            row = self.record(request.user, values)
            obj.__dict__.update(row.__dict__)
        elif values.get("seen") not in (None, getattr(obj, "version", None)):
            raise Conflict
        else:
            changed = {name: values[name] for name in form.changed_data if name in self.on_change}
            self.amend(request.user, obj, values, changed)

    def save_related(self, request, form, formsets, change):
        """The act has written what belongs to the row."""

    def history_view(self, request, object_id, extra_context=None):
        """The history of a row is what changed it: who, when, before, after, why."""
        asked = urlencode({"model": self.model._meta.label_lower, "object_id": object_id})
        return HttpResponseRedirect(f"{reverse('admin:organizations_change_changelist')}?{asked}")


def row_field(through, label, *, required=True, help_text=""):
    """A box for the id of a row of a large table, with a window to look it up; ``through`` is a field leading there."""
    return forms.ModelChoiceField(
        through.related_model._default_manager.all(),
        label=label,
        required=required,
        help_text=help_text,
        widget=RowWidget(through.remote_field, office),
    )


def wanted(values, *names):
    """The values of ``names`` that were filled in."""
    return {name: values[name] for name in names if values.get(name) not in (None, "")}
