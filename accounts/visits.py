"""When a person was here before: kept in the session at sign-in, so that home can say what has changed since."""

from datetime import datetime

from django.http import HttpRequest

KEY = "last_visit"


def remember(request: HttpRequest, moment: datetime | None) -> None:
    """Keep ``moment``, when the person signed in the time before; None at the first sign-in of all."""
    if moment is not None:
        request.session[KEY] = moment.isoformat()


def last_visit(request: HttpRequest) -> datetime | None:
    """When the person signed in the time before this one; None when that is not known."""
    kept = request.session.get(KEY)
    return datetime.fromisoformat(kept) if kept else None
