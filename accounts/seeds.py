"""Rows without which the accounts room cannot work, put back after every migrate."""

from django.apps import apps as current_apps
from django.contrib.auth.hashers import make_password

from .models import SYSTEM_USERNAME


def after_migrate(*, using: str, apps=current_apps, **kwargs: object) -> None:
    """Make the account in whose name commands write; nobody can sign in with it. Safe to run again.

    ``migrate`` says which ``apps`` it reached; ``flush`` says nothing and means the present ones.
    """
    try:
        User = apps.get_model("accounts", "User")
    except LookupError:  # migrated back to before the first migration
        return
    User.objects.using(using).get_or_create(
        username=SYSTEM_USERNAME,
        defaults={"full_name": "Hệ thống", "is_active": False, "password": make_password(None)},
    )
