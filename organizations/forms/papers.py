"""Is the decision typed here one that is recorded already, with another date or its issuer spelt another way?"""

from datetime import date
from difflib import SequenceMatcher

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from organizations.models import Decision, Event
from vietnamese.dates import format_date
from vietnamese.text import search_key

NEARLY = 0.75  # of the letters of two issuers are the same, in the same order


def nearly_same_paper(user, *, number: str, issued_on: date, issuer: str) -> Decision | None:
    """A decision ``user`` sees of this number and year that is not this very one, by the same issuer or one like it.

    Numbers begin anew with a term, not within a year: two dates of one number are one of them mistyped.
    """
    key = search_key(issuer)
    stands = Event.objects.live().filter(decision=OuterRef("pk"))  # what was wholly taken back may be typed anew
    others = Decision.objects.visible_to(user).filter(
        Exists(stands), number_key=Decision.key_of(number), issued_on__year=issued_on.year
    )
    found = None
    for other in others.select_related("issuer").order_by("-pk"):
        theirs = search_key(other.issuer.name)
        if key in (theirs, "") and other.issued_on == issued_on:
            return None  # this very one, quoted
        alike = not key or key in theirs or theirs in key or SequenceMatcher(None, key, theirs).ratio() >= NEARLY
        if alike and found is None:
            found = other
    return found


class PaperForm(forms.Form):
    """A form that asks for a decision: one that looks like another is asked about once."""

    asks_about_paper = True  # a correction may give the very decision another date

    paper_said = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def ask_about_paper(self) -> None:
        """Refuse the number of a decision that looks like a recorded one, unless the person has been asked."""
        data = self.cleaned_data
        number, day, issuer = data.get("number"), data.get("issued_on"), data.get("issuer", "")
        if not self.asks_about_paper or not number or not day:
            return
        said = f"{Decision.key_of(number)} {day.isoformat()} {search_key(issuer)}"[:400]
        if data.get("paper_said") == said:
            return
        other = nearly_same_paper(self.user, number=number, issued_on=day, issuer=issuer)
        if other is None:
            return
        message = _(
            "%(number)s of %(day)s, %(issuer)s, is recorded already. If this is the same paper, give its date and "
            "issuer as there; if it is another one, save once more."
        )
        params = {"number": other.number, "day": format_date(other.issued_on), "issuer": other.issuer}
        self.add_error("number", message % params)
        self.data = self.data.copy()
        self.data["paper_said"] = said
