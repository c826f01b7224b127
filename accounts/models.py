"""Who may sign in. What a person may see and do is told by assignments, in ``organizations.access``."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

SYSTEM_USERNAME = "system"


class User(AbstractUser):
    """A person who signs in, or the built-in account that records what commands write."""

    first_name = None
    last_name = None
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[("vi", _("Vietnamese")), ("en", _("English"))], default="vi"
    )

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return self.username
