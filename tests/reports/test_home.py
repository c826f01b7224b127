"""Home: the own zone for those who work in it, the zones for those who look over them."""

import pytest
import time_machine

from organizations import actions
from tests import make

from .reading import links_of, row_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-09-30T08:00:00+07:00", tick=True):
        yield


def home(client, user):
    client.force_login(user)
    return client.get("/")


@pytest.mark.parametrize("who", ["lan", "quan"])
def test_clerk_and_leader_see_this_year_of_their_zone_and_what_was_last_recorded(client, request, lan, kkt, who):
    cell = make.organization("Chi bộ Công ty Sao Mai", zone=kkt, by=lan)
    wrong = make.admission(cell, 31, by=lan)
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    actions.reverse(event=wrong, reason="Ghi nhầm", by=lan)
    make.admission(cell, 30, by=lan)

    page = home(client, request.getfixturevalue(who))

    assert "30 đảng viên 50–100" in row_of(page, "Đảng viên mới kết nạp")
    assert "▼ Chậm tiến độ 60%" in row_of(page, "Đảng viên mới kết nạp")
    assert [quantity for _event, quantity, _new in page.context["shown"].events] == ["30", "−31", "31", "1"]
    assert "hủy kết nạp đảng viên · 20/05/2024" in words_of(page)
    assert page.context["shown"].by_zone is None
    assert links_of(page, "30")[0].startswith("/figures/party_members/?zone=HP-KKT&year=2024&as_of=30/09/2024")


@pytest.mark.parametrize("who", ["minh", "admin"])
def test_the_board_and_the_administrator_see_the_zones(client, request, kkt, other_zone, who):
    make.admission(make.organization(zone=kkt), 30)
    make.target(zone=kkt, indicator="party_members", low=50)

    page = home(client, request.getfixturevalue(who))

    assert "30 60% ▼ Chậm tiến độ" in row_of(page, "Khu kinh tế Hải Phòng")
    assert "○ Chưa có số liệu" in row_of(page, "Khu khác")
    assert page.context["shown"].rows == []


def test_only_ten_of_the_last_lines_are_shown_and_only_of_the_own_zones(client, hoa, lan, kkt, cluster, other_zone):
    union = make.organization(zone=cluster, type="union_base")
    for number in range(12):
        make.joining(union, number + 1, decision=make.decision(zone=kkt))
    make.organization("Tổ chức của khu khác", zone=other_zone)

    events = home(client, lan).context["shown"].events

    assert [quantity for _event, quantity, _new in events] == [str(number) for number in range(12, 2, -1)]
    assert "Tổ chức của khu khác" in words_of(home(client, hoa))


def test_a_person_of_two_zones_finds_the_other_one(client, kkt, other_zone):
    from organizations.access import assign

    person = make.user("thu", role="clerk", zone=kkt)
    assign(user=person, role="leader", zone=other_zone)

    page = home(client, person)

    assert page.context["question"].zone == other_zone
    assert links_of(page, "Khu kinh tế Hải Phòng") == ["/dashboard/?zone=HP-KKT"]


def test_an_empty_zone_says_what_will_stand_there(client, lan):
    words = words_of(home(client, lan))

    assert "Chưa ghi sự kiện nào" in words
    assert "Năm 2024 chưa được giao chỉ tiêu nào." in words
