"""Boxes for an organisation or an enterprise. They take what imports take; ``js/find.js`` adds suggestions.

A page that has one ends its scripts with ``{% include "organizations/_find.html" only %}``.
"""

from urllib.parse import urlencode

from django import forms


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
