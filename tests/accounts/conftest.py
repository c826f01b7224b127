import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice


@pytest.fixture
def quan(make_user):
    """Quân, the administrator."""
    return make_user("quan", full_name="Trần Văn Quân", is_staff=True)


@pytest.fixture
def authenticator():
    """Give a person an authenticator, and read its codes."""

    def give(user) -> TOTPDevice:
        return TOTPDevice.objects.create(user=user, name="default", confirmed=True)

    give.code = lambda device: f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"
    return give
