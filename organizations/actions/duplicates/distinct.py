"""Saying that two rows which look like one are two, and asking again."""

from typing import Any

from accounts.models import User
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Change, Distinct
from organizations.problems import Conflict


def say_distinct(*, of: str, rows: tuple[Any, Any], by: User) -> Distinct:
    """The two rows, of the table ``of``, are not one: remember it. Said twice, it is said once."""
    first, second = sorted(rows, key=lambda row: row.pk)
    for zone_id in {first.zone_id, second.zone_id}:
        require(by, Act.ENTER, zone_id)
    with writing(zones=[first.zone_id], by=by) as book:
        said, is_new = Distinct.objects.get_or_create(
            of=of, first=first.pk, second=second.pk,
            defaults={"zone_id": first.zone_id, "said_by": by, "said_at": book.recorded_at},
        )  # fmt: skip
        if is_new:
            image = {"of": str(of), "first": first.pk, "second": second.pk}
            book.change(said, zone_id=first.zone_id, action=Change.Action.CREATED, after=image)
    return said


def forget_distinct(*, distinct: Distinct, by: User) -> None:
    """Ask about the two rows again. Raises Conflict when somebody else has taken the word back already."""
    require(by, Act.ENTER, distinct.zone_id)
    with writing(zones=[distinct.zone_id], by=by) as book:
        if not Distinct.objects.filter(pk=distinct.pk).exists():
            raise Conflict
        image = {"of": distinct.of, "first": distinct.first, "second": distinct.second}
        book.change(distinct, zone_id=distinct.zone_id, action=Change.Action.VOIDED, before=image)
        Distinct.objects.filter(pk=distinct.pk).delete()
