"""Who must have a second factor. Higher rooms know who is an admin: they add their rule in their AppConfig.ready."""

from collections.abc import Callable

from django.conf import settings
from django_otp import user_has_device

from .models import User

# Each rule says of a signed-in user whether a second factor is demanded; one yes is enough.
second_factor_rules: list[Callable[[User], bool]] = [lambda user: user.is_superuser or user.is_staff]


def must_enrol(user: User) -> bool:
    """Return whether ``user`` may do nothing before a second factor has been shown (REQUIRE_ADMIN_TOTP)."""
    return settings.REQUIRE_ADMIN_TOTP and user.is_authenticated and any(rule(user) for rule in second_factor_rules)


def has_device(user: User) -> bool:
    """Return whether ``user`` has enrolled an authenticator."""
    return user_has_device(user)
