"""The people and zones most tests are about, each found when it stands already (see ``standing``), else made."""

from accounts.models import User
from organizations.models import Zone
from tests import make


def kkt() -> Zone:
    """The zone whose staff are the cast: HP-KKT."""
    return make.zone("HP-KKT", name="Khu kinh tế Hải Phòng")


def cluster() -> Zone:
    """A zone below HP-KKT."""
    return make.zone("HP-KKT-1", parent=kkt(), name="Cụm Đình Vũ")


def other_zone() -> Zone:
    """A zone beside HP-KKT."""
    return make.zone("HP-KHAC", name="Khu khác")


def lan() -> User:
    """The clerk of HP-KKT."""
    return _person("lan", "Nguyễn Thị Lan", role="clerk", zone=kkt)


def quan() -> User:
    """The leader of HP-KKT."""
    return _person("quan", "Trần Văn Quân", role="leader", zone=kkt)


def hoa() -> User:
    """The clerk of another zone."""
    return _person("hoa", "Lê Thị Hoa", role="clerk", zone=other_zone)


def minh() -> User:
    """Of the City Organization Board."""
    return _person("minh", "Phạm Văn Minh", role="board")


def admin() -> User:
    """The administrator of the whole city."""
    return _person("admin", "Quản trị hệ thống", role="admin")


def _person(username, full_name, *, role, zone=None) -> User:
    make.city()
    found = User.objects.filter(username=username).first()
    return found or make.user(username, role=role, zone=zone and zone(), full_name=full_name)
