"""A POST under an Idempotency-Key acts once, whatever happens in between."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from organizations import actions
from organizations import once as claims
from organizations.api import once
from organizations.models import Event, IdempotentAnswer
from tests import make
from tests.api import Api

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events/"
KEY = {"Idempotency-Key": "sync-2024-06-01"}


@pytest.fixture
def union(kkt):
    return make.organization(zone=kkt, type="union_base")


@pytest.fixture
def body(union):
    return {"kind": "joined", "organization": union.pk, "effective_on": "2024-06-01", "quantity": 40}


def joined():
    return Event.objects.filter(kind="joined").count()


def test_the_same_request_again_gets_the_same_answer_and_writes_nothing(api, body):
    first = api.post(EVENTS, body, **KEY)
    again = api.post(EVENTS, dict(reversed(body.items())), **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert joined() == 1


def test_without_a_key_two_requests_are_two_facts(api, body):
    assert [api.post(EVENTS, body).status_code for _time in range(2)] == [201, 201]
    assert joined() == 2


def test_another_body_under_the_same_key_is_422(api, body):
    api.post(EVENTS, body, **KEY)
    answer = api.post(EVENTS, body | {"quantity": 41}, **KEY)

    assert answer.status_code == 422
    assert list(answer.json()) == ["detail"]
    assert joined() == 1


def test_a_key_belongs_to_one_person_and_one_address(api, body, admin):
    first = api.post(EVENTS, body, **KEY).json()
    theirs = Api(admin).post(EVENTS, body, **KEY)
    elsewhere = api.post(f"{EVENTS}{first['id']}/correct/", {"reason": "Gõ nhầm", "quantity": 4}, **KEY)

    assert (theirs.status_code, elsewhere.status_code) == (201, 201)
    assert theirs.json()["id"] != first["id"]


def test_a_correction_repeated_under_its_key_is_no_conflict(api, body):
    path = f"{EVENTS}{api.post(EVENTS, body).json()['id']}/correct/"
    correction = {"reason": "Gõ nhầm", "quantity": 4}
    first, again = (api.post(path, correction, **KEY) for _time in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert api.post(path, correction).status_code == 409


def test_while_the_first_still_runs_the_second_is_409(api, body, monkeypatch, lan):
    record, second = actions.record, []

    def meanwhile(**values):
        second.append(Api(lan).post(EVENTS, body, **KEY))
        return record(**values)

    monkeypatch.setattr(actions, "record", meanwhile)
    first = api.post(EVENTS, body, **KEY)

    assert (first.status_code, second[0].status_code) == (201, 409)
    assert joined() == 1


def test_a_refusal_writes_nothing_and_frees_the_key(api, body):
    assert api.post(EVENTS, body | {"quantity": 0}, **KEY).status_code == 400
    assert not IdempotentAnswer.objects.exists()
    assert api.post(EVENTS, body, **KEY).status_code == 201


def test_a_fault_in_the_act_undoes_it_and_frees_the_key(api, body, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(claims, "keep", fails)  # the event is written by now
        with pytest.raises(RuntimeError, match="disk"):
            api.post(EVENTS, body, **KEY)

    assert joined() == 0
    assert api.post(EVENTS, body, **KEY).status_code == 201
    assert joined() == 1


def claim(user, body, **values):
    values = {"claimed_at": timezone.now(), "request_hash": once.digest(body)} | values
    return IdempotentAnswer.objects.create(user=user, path=EVENTS, key=KEY["Idempotency-Key"], **values)


def test_what_a_dead_process_left_behind_is_taken_over(api, body, lan):
    left = claim(lan, body)
    assert api.post(EVENTS, body, **KEY).status_code == 409

    IdempotentAnswer.objects.filter(pk=left.pk).update(claimed_at=timezone.now() - once.LEASE - timedelta(seconds=1))
    assert api.post(EVENTS, body, **KEY).status_code == 201
    assert joined() == 1


def test_an_act_that_outlived_its_lease_does_not_count_twice(api, body, monkeypatch, lan):
    """The first request is so slow that a second one takes its key over: only the second one's fact stands."""
    record = actions.record

    def slow(**values):
        event = record(**values)
        IdempotentAnswer.objects.all().delete()  # as a takeover does
        return event

    monkeypatch.setattr(actions, "record", slow)

    assert api.post(EVENTS, body, **KEY).status_code == 409
    assert joined() == 0


def test_an_answer_is_kept_24_hours(api, body):
    api.post(EVENTS, body, **KEY)
    IdempotentAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert api.post(EVENTS, body, **KEY).headers["Idempotency-Replayed"]

    IdempotentAnswer.objects.update(claimed_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert api.post(EVENTS, body | {"quantity": 41}, **KEY).status_code == 201
    assert IdempotentAnswer.objects.count() == 1


def test_two_claims_at_one_moment_are_one(api, body, lan, monkeypatch):
    """Both requests look, neither sees the other: the constraint lets one of them claim."""
    first = QuerySet.first
    looks = []

    def too_early(queryset):
        if queryset.model is IdempotentAnswer:
            looks.append(queryset)
            if len(looks) == 1:
                assert first(queryset) is None
                claim(lan, body)
                return None
        return first(queryset)

    monkeypatch.setattr(QuerySet, "first", too_early)

    assert api.post(EVENTS, body, **KEY).status_code == 409
    assert (joined(), len(looks), IdempotentAnswer.objects.count()) == (0, 2, 1)


@pytest.mark.parametrize("key", ["", "a" * 201, "khoá"])
def test_a_key_that_is_none_is_refused(api, body, key):
    answer = api.post(EVENTS, body, **{"Idempotency-Key": key})

    assert answer.status_code == 400
    assert list(answer.json()) == ["Idempotency-Key"]
