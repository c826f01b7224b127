"""An API token in exchange for a name, a password and, from accounts that have one, the second factor."""

from dataclasses import dataclass
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import get_token_model
from two_factor.utils import totp_digits

from . import policy, throttle
from .models import User


@dataclass(frozen=True)
class Token:
    """``text`` is shown once and stored only as a hash; ``expires`` is None when tokens never end."""

    text: str
    expires: datetime | None


class TokenRefused(Exception):
    """No token: ``status`` 400 wrong, 403 must enrol first, 429 too many attempts; ``errors`` is the JSON answer."""

    def __init__(self, status: int, **errors: str | list[str]):
        super().__init__(errors)
        self.status = status
        self.errors = errors


def issue_token(*, username: str, password: str, otp: str = "", request: HttpRequest) -> Token:
    """Return a new token, or raise ``TokenRefused``. ``request`` is Django's own (its address is throttled)."""
    user = authenticate(request, username=username, password=password)
    if user is None:
        if is_locked_out(request, username):
            wait = {"minutes": throttle.minutes_to_wait()}
            raise TokenRefused(429, detail=_("Too many wrong attempts. Try again in %(minutes)s minutes.") % wait)
        raise TokenRefused(400, detail=_("The user name or the password is wrong."))
    if policy.has_device(user):
        check_second_factor(user, otp)
    elif policy.must_enrol(user):
        cure = _("This account must have a second factor: sign in with a browser and add an authenticator first.")
        raise TokenRefused(403, detail=cure)
    user_logged_in.send(sender=User, request=request, user=user)
    instance, text = get_token_model().objects.create(user)
    return Token(text, instance.expiry)


def is_locked_out(request: HttpRequest, username: str) -> bool:
    return settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(request, {"username": username})


def check_second_factor(user: User, otp: str) -> None:
    """Use up the code ``otp``: six digits are the authenticator's, anything else is a backup code."""
    otp = otp.replace(" ", "")
    if not otp:
        raise TokenRefused(400, otp=[_("This account needs the code of its authenticator or a backup code.")])
    kind = TOTPDevice if otp.isdigit() and len(otp) == totp_digits() else StaticDevice
    with transaction.atomic():
        devices = kind.objects.select_for_update().filter(user=user, confirmed=True)
        allowed = [device for device in devices if device.verify_is_allowed()[0]]
        accepted = any(device.verify_token(otp) for device in allowed)
    if devices and not allowed:
        raise TokenRefused(429, otp=[_("Too many wrong codes. Wait a little and try again.")])
    if not accepted:
        raise TokenRefused(400, otp=[_("The code is wrong or has been used.")])
