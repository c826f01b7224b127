"""Who must show a second factor: whoever is an administrator, however the role was given."""

import pytest
from django.conf import settings as django_settings

from accounts.policy import must_enrol
from organizations.access import assign
from organizations.models import Role

pytestmark = pytest.mark.django_db


def test_a_clerk_made_administrator_later_must_enrol(lan, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    assert not must_enrol(lan)
    assign(user=lan, role=Role.ADMIN)
    assert must_enrol(lan)


def test_nobody_must_while_the_setting_is_off(admin):
    assert not django_settings.REQUIRE_ADMIN_TOTP
    assert not must_enrol(admin)
