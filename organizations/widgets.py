"""Boxes for an organisation or an enterprise. They take what imports take; ``js/find.js`` adds suggestions.

A page that has one ends its scripts with ``{% include "organizations/_find.html" only %}``.
"""

from urllib.parse import urlencode

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe


class Find(forms.TextInput):
    """A text box that suggests rows as somebody types; ``question`` narrows them (``sector="union"``)."""

    register = ""

    def __init__(self, attrs=None, **question):
        told = {"data-find": self.register, "autocomplete": "off", "spellcheck": "false"}
        if question:
            told["data-find-query"] = urlencode(question)
        super().__init__(told | (attrs or {}))


class FindOrganization(Find):
    """Organisations; ``sector=``, ``kind=`` (of event, which it must allow), ``ended="1"`` for ended ones as well."""

    register = "organizations"


class FindEnterprise(Find):
    """Enterprises."""

    register = "enterprises"


class TextWithList(forms.TextInput):
    """A text box that offers known values; another one may be typed. Without scripts the browser offers them."""

    offered: tuple[str, ...] = ()

    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "off"} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        place = f"{(attrs or {}).get('id', name)}_list"
        box = super().render(name, value, (attrs or {}) | {"list": place}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.offered))
        return mark_safe(box) + format_html('<datalist id="{}">{}</datalist>', place, options)
