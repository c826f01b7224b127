"""A POST under an Idempotency-Key acts once: the same request again is given the same answer."""

from collections.abc import Callable
from functools import partial, wraps

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer

from organizations import once as claims
from organizations.once import LEASE, digest

__all__ = ["HEADER", "LEASE", "PARAMETER", "OtherBody", "digest", "once", "once_prepared"]

HEADER = "Idempotency-Key"
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Up to 200 printable characters, kept 24 hours for this user and path. The same request again gets the "
    "same answer and writes nothing; another body 422; while the first still runs 409.",
)


class OtherBody(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = gettext_lazy("This Idempotency-Key was used for another body: choose a new key.")
    default_code = "key_reused"


def once(handler: Callable) -> Callable:
    """Decorate a method of a view that answers POST; under a key the whole of it runs in one transaction."""
    return _once(handler, lambda *args, **kwargs: partial(handler, *args, **kwargs))


def once_prepared(handler: Callable) -> Callable:
    """The same for work that takes long before it writes: the method itself runs in no transaction and returns the act.

    The act, called without arguments, writes and returns the response.
    """
    return _once(handler, handler)


def _once(handler, prepare):
    @wraps(handler)
    def answer(view, request, *args, **kwargs):
        key = request.headers.get(HEADER)
        if key is None:
            return prepare(view, request, *args, **kwargs)()
        if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
            raise exceptions.ValidationError({HEADER: [_("Give 1 to 200 printable ASCII characters.")]})
        if len(request.path) > 200:
            raise exceptions.NotFound
        try:
            claim = claims.claim(user=request.user, path=request.path, key=key, digest=digest(request.data))
        except claims.OtherWords:
            raise OtherBody from None
        if claim.status is not None:
            return _repeated(claim)
        try:
            act = prepare(view, request, *args, **kwargs)
            with transaction.atomic():
                response = act()
                if response.status_code < 400:
                    claims.keep(claim, status=response.status_code, body=JSONRenderer().render(response.data).decode())
        except BaseException:
            claims.free(claim)
            raise
        if response.status_code >= 400:
            claims.free(claim)
        return response

    return answer


def _repeated(claim):
    response = HttpResponse(claim.body, status=claim.status, content_type="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response
