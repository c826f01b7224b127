"""Pages of the accounts room: sign in and out, second factor, password, language, brightness."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticToken
from knox.models import get_token_model
from two_factor.forms import MethodForm
from two_factor.views import LoginView, QRGeneratorView, SetupView

from . import policy, visits
from .forms import FirstCodeForm, SignInForm, describe_code

BACKUP_CODES = 10
THEMES = ("light", "dark")


def without_second_factor(view):
    """Mark a view that an account may use before it has shown its second factor."""
    view.without_second_factor = True
    return view


def safe_next(request: HttpRequest, name: str = "next") -> str:
    """Return the address to come back to that the request names, or the home page when it is not one of ours."""
    wanted = request.POST.get(name) or request.GET.get(name) or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and "/" in wanted else "/"  # without a slash it would be taken for the name of a page


class ComesBack:
    """A page that leads on to the address that was asked for, when it is one of ours."""

    def get_redirect_url(self) -> str:
        wanted = super().get_redirect_url()
        return wanted if "/" in wanted else ""


@method_decorator(login_not_required, name="dispatch")
class SignIn(ComesBack, LoginView):
    """Name and password, then the code when the account has an authenticator."""

    template_name = "accounts/sign_in.html"
    form_list = (("auth", SignInForm), *LoginView.form_list[1:])

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        user = request.user
        if user.is_authenticated and (user.is_verified() or not policy.has_device(user)):
            target = self.get_success_url()
            return redirect("/" if target.split("?")[0] == request.path else target)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, step=None, **kwargs):
        form = super().get_form(step, **kwargs)
        describe_code(form, backup=(step or self.steps.current) == self.BACKUP_STEP)
        return form

    def done(self, form_list, **kwargs) -> HttpResponse:
        before = self.get_user().last_login  # signing in writes this visit over it
        answer = super().done(form_list, **kwargs)
        visits.remember(self.request, before)
        return answer

    def get_success_url(self) -> str:
        return self.get_redirect_url() or resolve_url(settings.LOGIN_REDIRECT_URL)


@method_decorator(without_second_factor, name="dispatch")
class AddAuthenticator(ComesBack, SetupView):
    """Enrolment: scan, type the first code, then print backup codes."""

    template_name = "accounts/add_authenticator.html"
    success_url = "two_factor:backup_tokens"
    form_list = (("method", MethodForm),)  # two_factor skips the choice while there is one method

    def get_form_list(self):
        return super().get_form_list() | {"generator": FirstCodeForm}

    def get_success_url(self) -> str:
        """Backup codes come next; the page that was asked for is linked from there."""
        wanted = self.get_redirect_url()
        return reverse(self.success_url) + (f"?{urlencode({'next': wanted})}" if wanted else "")


@method_decorator(without_second_factor, name="dispatch")
class AuthenticatorPicture(QRGeneratorView):
    """The key of the authenticator as a picture to scan."""


def second_factor_page(request: HttpRequest) -> HttpResponse | None:
    """Return where to go first when this session has not shown a second factor, else None."""
    if request.user.is_verified():
        return None
    page = "two_factor:login" if policy.has_device(request.user) else "two_factor:setup"
    return redirect(f"{reverse(page)}?{urlencode({'next': request.path})}")


@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    codes = StaticToken.objects.filter(device__user=request.user).count()
    context = {"has_device": policy.has_device(request.user), "codes": codes, "must": policy.must_enrol(request.user)}
    return TemplateResponse(request, "accounts/security.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def backup_codes(request: HttpRequest) -> HttpResponse:
    """Show the unused backup codes; POST replaces them all."""
    if elsewhere := second_factor_page(request):
        return elsewhere
    if request.method == "POST":
        device, _made = request.user.staticdevice_set.get_or_create(defaults={"name": "backup"})
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=StaticToken.random_token()) for _number in range(BACKUP_CODES)
        )
        return redirect(f"{request.path}?{urlencode({'next': safe_next(request)})}")
    codes = StaticToken.objects.filter(device__user=request.user).values_list("token", flat=True)
    return TemplateResponse(request, "accounts/backup_codes.html", {"codes": codes, "next": safe_next(request)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    """Remove every second factor of this account: a step that an account which must have one may only take to renew."""
    if not policy.has_device(request.user):
        return redirect("two_factor:profile")
    if elsewhere := second_factor_page(request):
        return elsewhere
    if request.method == "POST":
        for device in devices_for_user(request.user):
            device.delete()
        messages.success(request, _("The authenticator and its backup codes have been removed."))
        return redirect("two_factor:profile")
    return TemplateResponse(request, "accounts/remove_authenticator.html", {"must": policy.must_enrol(request.user)})


class ChangePassword(auth_views.PasswordChangeView):
    """Other sessions end by themselves (Django hashes the password into them); API tokens are withdrawn here."""

    template_name = "accounts/change_password.html"
    success_url = reverse_lazy("two_factor:profile")

    def form_valid(self, form):
        response = super().form_valid(form)
        get_token_model().objects.filter(user=self.request.user).delete()
        messages.success(
            self.request, _("Your password has been changed. Other sessions and API tokens of yours have ended.")
        )
        return response


@method_decorator(without_second_factor, name="dispatch")
class SignOut(auth_views.LogoutView):
    pass


@require_POST
@without_second_factor
def language(request: HttpRequest) -> HttpResponse:
    """Save the language of the signed-in user."""
    wanted = request.POST.get("language")
    if wanted not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    request.user.language = wanted
    request.user.save(update_fields=["language"])
    return redirect(safe_next(request))


@require_POST
@without_second_factor
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the brightness on this device: it belongs to the screen, not to the person. Empty follows the device."""
    wanted = request.POST.get("theme", "")
    if wanted and wanted not in THEMES:
        return HttpResponseBadRequest()
    response = redirect(safe_next(request))
    if wanted:
        response.set_cookie("theme", wanted, max_age=365 * 86400, samesite="Lax", httponly=True,
                            secure=request.is_secure())  # fmt: skip
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@never_cache
@require_safe
@without_second_factor
def session(request: HttpRequest) -> HttpResponse:
    """Asked by the page when its reader is there but has sent nothing for a while: any request renews the session."""
    return HttpResponse(status=204)
