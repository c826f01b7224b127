"""Nobody writes over what they have not seen: PUT and PATCH say which version they read, by ``If-Match``."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request

from organizations.problems import Conflict

HEADER = "If-Match"
PARAMETER = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description='The ETag of the version read, `"3"`.'
)
REFUSALS = {
    412: OpenApiResponse(description="Somebody has changed the row since the version in `If-Match`."),
    428: OpenApiResponse(description="`If-Match` is missing."),
}


class NotSaid(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = gettext_lazy("Say which version you read: send its ETag as If-Match.")
    default_code = "precondition_required"


class Stale(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = gettext_lazy("Somebody else has changed this meanwhile. Nothing was written: read it again.")
    default_code = "stale"


def seen_version(request: Request, version: int) -> int:
    """The version that ``If-Match`` names, which must be ``version``, that of the row now; else 428 or 412."""
    said = request.headers.get(HEADER)
    if said is None:
        raise NotSaid
    match = re.fullmatch(r'\s*"(\d{1,18})"\s*', said, re.ASCII)
    if match is None or int(match[1]) != version:
        raise Stale
    return version


def changes(body, answer, refusals: dict):
    """What a PUT or PATCH takes and answers, for the reference."""
    return extend_schema(request=body, responses={200: answer} | refusals | REFUSALS, parameters=[PARAMETER])


@contextmanager
def or_stale() -> Iterator[None]:
    """Answer 412 when somebody was first after all, between the reading and the act."""
    try:
        yield
    except Conflict:
        raise Stale from None
