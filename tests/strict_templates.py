"""A misspelt variable in one of our templates fails the test that renders it, instead of printing nothing."""

import sys
from pathlib import Path


class MisspeltVariable(str):
    """Django's ``string_if_invalid``: raises for templates under ``ours``, keeps Django's silence for packages'."""

    def __new__(cls, ours: Path):
        self = super().__new__(cls, "")
        self.ours = str(ours)
        return self

    def __bool__(self):
        """Django asks this first; True makes it go on to ``%`` with the variable's name."""
        return self.template_being_rendered().startswith(self.ours)

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        raise AssertionError(f"{self.template_being_rendered()}: there is no variable {str(variable)!r}")

    @staticmethod
    def template_being_rendered() -> str:
        """Return the file that holds the innermost template node on the stack."""
        frame = sys._getframe(2)
        while frame:
            node = frame.f_locals.get("self")
            origin = getattr(node, "origin", None)
            if origin is not None and getattr(node, "token", None) is not None:
                return str(origin.name)
            frame = frame.f_back
        return ""
