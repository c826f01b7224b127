"""Kinds of text that stand in addresses. Importing this makes them known to ``path()``."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Word(StringConverter):
    """A code that somebody typed. One that cannot be printed leads nowhere: PostgreSQL would not even look for it."""

    def to_python(self, value: str) -> str:
        if not value.isprintable():
            raise ValueError(value)
        return value


register_converter(Word, "word")
