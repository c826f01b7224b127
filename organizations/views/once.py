"""A form is sent once: pressed twice, or sent again after going back, it comes to what the first press came to."""

import json
from collections.abc import Callable
from functools import wraps
from time import sleep

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from organizations import once
from organizations.forms.base import ActForm
from organizations.models import IdempotentAnswer
from organizations.problems import Conflict, Refused

NOT_WORDS = ("csrfmiddlewaretoken", "key", "then")  # what tells nothing of the act itself
LONGEST_KEY = 100
PATIENCE = 20  # quarters of a second that a second press waits for the first one


def sent_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead a form that was sent before to where it led then, whatever its act has changed since."""

    @wraps(view)
    def answer(request, *arguments, **named):
        key = request.POST.get("key", "") if request.method == "POST" else ""
        if key.isprintable() and 0 < len(key) <= LONGEST_KEY and (done := _done_before(request, key)):
            address, said = done
            messages.success(request, mark_safe(said))
            return redirect(address)
        return view(request, *arguments, **named)

    return answer


def _done_before(request, key):
    """What the same form came to; when it is being saved this moment, wait for it."""
    same = IdempotentAnswer.objects.filter(
        user=request.user, path=request.path, key=key, request_hash=_digest(request)
    )  # fmt: skip
    for _attempt in range(PATIENCE):
        found = same.first()
        if found is None or found.status is not None:
            break
        sleep(0.25)
    return json.loads(found.body) if found is not None and found.status is not None else None


def _digest(request):
    words = request.POST.copy()
    for name in NOT_WORDS:
        words.pop(name, None)
    return once.digest(words)


def saved_once(request: HttpRequest, form: ActForm, save: Callable[[], tuple[str, str]]) -> str | None:
    """Run ``save`` (the address to go to, and what to say there) under the form's key, in one transaction.

    Returns the address, or None when the act was refused: then the form says why, and nothing was written.
    """
    try:
        address, said = _under_key(request, form.cleaned_data["key"], save)
    except Refused as refused:
        form.take(refused)
    except PermissionDenied as refusal:  # allowed to open the form, yet one side of the act lies elsewhere
        form.refuse("", str(refusal) or _("You may not do this"))
    except once.OtherWords as other:
        address, _said = json.loads(other.claim.body or '["", ""]')
        message = _("This form was saved already, with other values. Save again to record these as well.")
        link = format_html(' <a href="{}">{}</a>', address, _("See what was recorded")) if address else ""
        form.refuse("", mark_safe(f"{message}{link}"))
        form.new_key()
    except once.StillRunning:
        form.refuse("", _("The first press is still being saved: look at what was recorded before you save again."))
    except Conflict:
        words = _(
            "This was changed meanwhile, by somebody else or in another window. Open it anew and look before you save."
        )
        form.refuse("", words)
    else:
        messages.success(request, mark_safe(said))  # made with format_html
        return address
    return None


def _under_key(request, key, save):
    if not key:
        return save()
    claimed = once.claim(user=request.user, path=request.path, key=key, digest=_digest(request))
    if claimed.status is not None:
        return json.loads(claimed.body)
    try:
        with transaction.atomic():
            done = save()
            once.keep(claimed, status=303, body=json.dumps(done))
    except BaseException:
        once.free(claimed)
        raise
    return done
