import pytest

from tests import make


@pytest.fixture
def dinh_vu(kkt):
    """The park Đình Vũ of HP-KKT, also known as DEEP C 1."""
    return make.park("Khu công nghiệp Đình Vũ", zone=kkt, aliases=["DEEP C 1"])


@pytest.fixture
def trang_due(kkt):
    return make.park("KCN Tràng Duệ", zone=kkt)
