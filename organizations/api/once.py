"""A POST under an Idempotency-Key acts once: the same request again is given the same answer.

The claim is committed before the act, so that a second request, of whatever process, sees the first one running.
The answer is stored in the transaction of the act: when the process dies in between, neither is there, and a claim
older than ``LEASE`` may be taken over. A refusal writes nothing and keeps nothing: the key is free again.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps

from django.core.files import File
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer

from organizations.models import IdempotentAnswer
from organizations.problems import Conflict

KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=15)  # longer than any request may run
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
        claim = _claim(request.user, request.path, key, digest(request.data))
        if claim.status is not None:
            return _repeated(claim)
        try:
            act = prepare(view, request, *args, **kwargs)
            with transaction.atomic():
                response = act()
                if response.status_code < 400:
                    _keep(claim, response)
        except BaseException:
            _free(claim)
            raise
        if response.status_code >= 400:
            _free(claim)
        return response

    return answer


def digest(data) -> str:
    """What tells one body from another: its values, not their order or spacing; of a file its name and its bytes."""
    if isinstance(data, QueryDict):
        data = {name: [_told(value) for value in values] for name, values in data.lists()}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _told(value):
    if not isinstance(value, File):
        return value
    found = hashlib.sha256()
    for chunk in value.chunks():
        found.update(chunk)
    value.seek(0)
    return {"name": value.name, "sha256": found.hexdigest()}


def _claim(user, path, key, request_hash):
    """The claim on the key: a new one to act under, or one that carries the answer already."""
    now = timezone.now()
    wanted = IdempotentAnswer.objects.filter(user=user, path=path, key=key)
    for _attempt in range(3):
        found = wanted.first()
        if found is None:
            try:
                with transaction.atomic():
                    IdempotentAnswer.objects.filter(user=user, claimed_at__lt=now - KEPT).delete()
                    return IdempotentAnswer.objects.create(
                        user=user, path=path, key=key, request_hash=request_hash, claimed_at=now
                    )
            except IntegrityError:  # another request claimed it between our look and our claim
                continue
        if found.claimed_at < now - (KEPT if found.status is not None else LEASE):
            # expired, or left behind by a process that died: its act was undone with it
            wanted.filter(pk=found.pk, claimed_at=found.claimed_at).delete()
            continue
        if found.request_hash != request_hash:
            raise OtherBody
        if found.status is None:
            break
        return found
    raise Conflict(_("The first request with this Idempotency-Key is still running. Ask again in a moment."))


def _keep(claim, response):
    stored = IdempotentAnswer.objects.filter(pk=claim.pk, status=None).update(
        status=response.status_code, body=JSONRenderer().render(response.data).decode()
    )
    if not stored:  # the act ran past its lease and another request took the key: one of them must not count
        raise Conflict


def _free(claim):
    IdempotentAnswer.objects.filter(pk=claim.pk, status=None).delete()


def _repeated(claim):
    response = HttpResponse(claim.body, status=claim.status, content_type="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response
