from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import policy


class SavedLanguageMiddleware:
    """Speak the language the signed-in user has saved, else Vietnamese; the browser's wish is not asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        language = user.language if user.is_authenticated else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class SecondFactorMiddleware:
    """Lead an account that must have a second factor to its enrolment, or to its code, before anything else.

    A view is let through when it is open to strangers or carries ``without_second_factor = True``.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        user = request.user
        if (
            not getattr(view, "login_required", True)
            or getattr(view, "without_second_factor", False)
            or not policy.must_enrol(user)
            or user.is_verified()
        ):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": _("This account must sign in with its second factor first.")}, status=403)
        page = "two_factor:login" if policy.has_device(user) else "two_factor:setup"
        return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
