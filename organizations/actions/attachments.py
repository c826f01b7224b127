"""Scans of decisions: attached, and withdrawn when they are the wrong ones. Nothing is ever deleted."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from organizations.access import Act, may, require
from organizations.files import keep_file
from organizations.ledger import writing
from organizations.models import Attachment, Change, Decision, Zone
from organizations.models.attachment import FOLDER
from organizations.problems import Problem, Refused
from organizations.scans import Unfit, check_size, recognise

from .checks import refuse, require_reason

ENDINGS = {Attachment.Type.PDF: ".pdf", Attachment.Type.JPEG: ".jpg", Attachment.Type.PNG: ".png"}
TWICE = gettext_lazy("“%(name)s” is attached to this decision already: there is nothing to add.")


def attach_scans(*, decision: Decision, zone: Zone, files: Sequence[File], by: User) -> list[Attachment]:
    """Attach ``files`` to ``decision`` for ``zone``: all of them, or none with the reason of each."""
    _require(by, zone)
    if zone.pk not in decision.zone_ids():
        raise PermissionDenied(_("No line of %(zone)s cites this decision.") % {"zone": zone})
    problems: dict[int, list[Problem]] = {}
    scans: list[tuple[File, bytes, Attachment.Type]] = []
    for index, file in enumerate(files):
        try:
            check_size(file.size, plain_name(file.name))
            data = file.read()
            scans.append((file, data, recognise(data, plain_name(file.name))))
        except Unfit as unfit:
            problems[index] = [unfit.problem]
    refuse(problems)
    with writing(zones=[zone], by=by) as book:
        held = set(decision.attachments.standing().filter(zone=zone).values_list("sha256", flat=True))
        for index, (file, data, _kind) in enumerate(scans):
            if (digest := hashlib.sha256(data).hexdigest()) in held:
                problems[index] = [Problem(TWICE, {"name": plain_name(file.name)}, "files", "twice")]
            held.add(digest)
        refuse(problems)
        rows = []
        for file, data, kind in scans:
            row = Attachment(
                decision=decision, zone=zone, name=plain_name(file.name, ENDINGS[kind]), content_type=kind,
                size=len(data), uploaded_by=by, uploaded_at=book.recorded_at,
            )  # fmt: skip
            row.file, row.sha256 = keep_file(data, FOLDER)
            row.save()
            after = {"decision_id": decision.pk, "name": row.name, "size": row.size, "sha256": row.sha256}
            book.change(row, zone_id=zone.pk, action=Change.Action.CREATED, after=after)
            rows.append(row)
    return rows


def withdraw_scan(*, attachment: Attachment, by: User, reason: str) -> Attachment:
    """Take a scan that is the wrong one out of sight. The file, and who attached it, stay."""
    _require(by, attachment.zone)
    require_reason(reason)
    with writing(zones=[attachment.zone_id], by=by) as book:
        row = Attachment.objects.select_related("zone", "decision").get(pk=attachment.pk)
        if row.withdrawn_at is not None:
            raise Refused.one(gettext_lazy("“%(name)s” was withdrawn already."), name=row.name)
        row.withdrawn_by, row.withdrawn_at = by, book.recorded_at
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
        before = {"decision_id": row.decision_id, "name": row.name, "sha256": row.sha256}
        book.change(row, zone_id=row.zone_id, action=Change.Action.VOIDED, before=before, reason=reason.strip())
    return row


def _require(by, zone):
    if not may(by, Act.ASSIGN_TARGETS, zone):
        require(by, Act.ENTER, zone)


def plain_name(name: str, ending: str = "") -> str:
    """What a file is called here: no folders, nothing that turns text round, no formula."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(char if unicodedata.category(char)[0] != "C" else "" for char in name)
    name = re.sub(r'[<>:"|?*]+', "_", " ".join(name.split())).lstrip(" .=+-@'")
    if ending:
        stem = re.sub(r"\.[A-Za-z]{2,4}$", "", name)
        return f"{stem[: 150 - len(ending)] or 'scan'}{ending}"
    return name[:150] or "scan"
