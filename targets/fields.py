"""Fields for what targets are asked by, the same on pages, in the API and in commands."""

from django import forms
from django.core.exceptions import ValidationError

from .periods import Part


class PartFormField(forms.ChoiceField):
    """Which part of a year: a ``Part``, the whole year when nothing is written."""

    def __init__(self, **options):
        super().__init__(choices=self.words, **({"required": False} | options))

    @staticmethod
    def words():
        return [(part.value, part.label) for part in Part]

    def to_python(self, value):
        if value in self.empty_values:
            return Part.YEAR
        try:
            return Part.parse(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def validate(self, value):
        """A ``Part`` is one of the choices."""
