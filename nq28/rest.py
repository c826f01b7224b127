"""How the API reads bodies and words its refusals, everywhere alike."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers, status, views
from rest_framework.response import Response

from organizations.problems import Conflict, NeedsReason, Refused

WHOLE = "__all__", "non_field_errors"  # what Django and DRF call a refusal of no field in particular


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body of the request is too large.")
    default_code = "too_large"


class Busy(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The database is busy and nothing was written. Try again in a moment.")
    default_code = "busy"
    wait = 5


class Clash(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("Somebody else has changed this meanwhile. Nothing was written: read it again.")
    default_code = "conflict"


class JSONParser(parsers.JSONParser):
    """JSON is UTF-8 (RFC 8259), of bounded size, and holds only text that can be stored."""

    def parse(self, stream, media_type=None, parser_context=None):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        try:
            data = json.loads(body.decode("utf-8-sig"), parse_constant=self._refuse)
            json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            raise exceptions.ParseError(_("The body is not JSON.")) from None
        return data

    @staticmethod
    def _refuse(name):
        raise ValueError(name)


def exception_handler(exc: Exception, context: dict) -> Response | None:
    """Answer ``{"detail": …}`` or ``{"field": ["message"]}``; None leaves a fault of ours to Django."""
    response = views.exception_handler(_as_api_exception(exc), context)
    if response is None:
        return None
    response.data = shaped(response.data)
    if isinstance(exc, NeedsReason):
        response.data = {"reason": list(_texts(response.data)), "code": "needs_reason"}
    if isinstance(exc, OperationalError):
        response.headers["Retry-After"] = str(Busy.wait)
    response.headers["Content-Language"] = get_language()
    return response


def _as_api_exception(exc):
    match exc:
        case Refused():
            return exceptions.ValidationError(exc.message_dict)
        case Conflict():
            return Clash(str(exc) or None)
        case Http404():  # Django's words name our tables, in English
            return exceptions.NotFound(_("There is no such row among those you may see."))
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation():  # more files or fields than a form has
            return exceptions.ParseError()
        case OperationalError():
            return Busy()
        case ValidationError() if hasattr(exc, "error_dict"):
            return exceptions.ValidationError(exc.message_dict)
        case ValidationError():
            return exceptions.ValidationError(exc.messages)
    return exc


def shaped(data) -> dict:
    """Return errors in the two shapes there are, whatever their nesting; what names no field joins ``detail``."""
    if not isinstance(data, dict):
        return {"detail": " ".join(_texts(data))}
    errors, whole = {}, []
    for name, value in data.items():
        if name in WHOLE or name == "detail":
            whole += _texts(value)
        else:
            errors[name] = list(_texts(value))
    return ({"detail": " ".join(whole)} if whole else {}) | errors


def _texts(errors) -> Iterator[str]:
    if isinstance(errors, dict):
        errors = errors.values()
    elif not isinstance(errors, list | tuple):
        errors = [errors] if isinstance(errors, str) else [str(errors)]
        yield from errors
        return
    for error in errors:
        yield from _texts(error)
