"""What a person sees who has guessed too often (django-axes: five wrong passwords for a name from an address)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _


def minutes_to_wait() -> int:
    return round(settings.AXES_COOLOFF_TIME * 60)


def locked_out(request: HttpRequest, original_response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """Answer 429: a page, or JSON under /api/."""
    if request.path.startswith("/api/"):
        detail = _("Too many wrong attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes_to_wait()}
        response = JsonResponse({"detail": detail}, status=429)
    else:
        context = {"minutes": minutes_to_wait()}
        response = TemplateResponse(request, "accounts/locked_out.html", context, status=429).render()
    response.headers["Retry-After"] = str(minutes_to_wait() * 60)
    return response
