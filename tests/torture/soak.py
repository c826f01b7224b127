"""An office that never rests: random imports, undoings and single acts by several people, whose processes are killed.

Started by ``python -m tests.torture`` for each database. Whatever happens, the ledger never differs from what is
derived from it, every batch is whole, and what somebody was told is written stays written.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection  # noqa: E402

from organizations import audit  # noqa: E402
from organizations.models import Batch, Event  # noqa: E402
from tests.torture import office  # noqa: E402
from tests.torture.databases import office_database  # noqa: E402
from tests.torture.processes import Runners  # noqa: E402

PEOPLE = 4
KILLED = 0.2  # of all acts
LOOK_EVERY = 20  # seconds
ZONES = [office.ZONE, office.BELOW, *office.BESIDE[:3], office.WITHOUT_HEAD]


class Soak:
    def __init__(self, database, folder, random):
        self.database, self.random = database, random
        self.files = self._files(folder)
        self.founded = Batch.objects.latest("pk").pk
        self.told = Counter()  # what people were told became of their acts
        self.batches: set[int] = set()  # of which somebody was told that they are written
        self.acts = self.acts_killed = 0
        self.wrong: list = []

    def _files(self, folder):
        """Workbooks of every kind, some with the same lines, for zones with and without a head."""
        files = [(office.written(folder, "targets", office.targets(office.ZONE, 300)), None)]
        for zone in ZONES:
            unions = {"unions_of_zone": office.UNIONS if zone == office.ZONE else office.UNIONS // 10}
            for number in range(3):
                rows = {
                    "organizations": office.organizations(zone, 100, 1000 + 60 * number),
                    "enterprises": office.enterprises(zone, 100, 1000 + 60 * number),
                }
                if zone != office.WITHOUT_HEAD:
                    rows["events"] = office.events(zone, 60 + 40 * number, **unions)
                    rows["headcounts"] = office.headcounts(zone, 60 + 40 * number, **unions)
                for kind, lines in rows.items():
                    files.append((office.written(folder, f"{kind}-{zone}-{number}", lines), zone))
                    if zone == office.BELOW and kind in ("events", "headcounts"):
                        files.append((files[-1][0], office.ZONE))
        return files

    def act(self):
        """What somebody does next, by chance."""
        chance = self.random.random()
        if chance < 0.2:
            return ("join", self.random.choice(ZONES[:-1]), 5, 1)
        if chance < 0.4 and (pk := self._some_batch()):
            return ("command", "undo_import", str(pk), "--json")
        file, zone = self.random.choice(self.files)
        options = ["--zone", zone] if zone else []
        return ("command", "import_workbook", str(file), "--json", *options)

    def _some_batch(self):
        """One of those that were imported here, not of what the office is built on."""
        ids = Batch.objects.filter(undone_by=None, pk__gt=self.founded).order_by("pk").values_list("pk", flat=True)
        return self.random.choice(ids) if ids else None

    def answered(self, act, answer):
        name = act[1] if act[0] == "command" else act[0]
        if isinstance(answer, int):
            self.acts += answer
            self.told["single acts"] += answer
        elif "failed" in answer:
            self.wrong.append((act, answer["failed"]))
        elif answer["code"] == 0:
            self.told[f"{name}: {'written' if answer['batch'] else 'nothing to do'}"] += 1
            self.batches |= {answer["batch"]} - {None}
        else:
            why = answer.get("message") or answer["errors"][0]["message"]
            self.told[f"{name}: refused: {re.sub('#[0-9]+', '#…', why)}"] += 1

    def killed(self, act):
        self.told["killed"] += 1
        self.acts_killed += act[2] if act[0] == "join" else 0

    def look(self):
        """Check everything while the others go on."""
        self.wrong += audit.differences()
        for batch in Batch.objects.filter(undoes=None):
            lines = Counter(batch.rows.values_list("outcome", flat=True))
            if (lines["created"], lines["updated"]) != (batch.created, batch.updated):
                self.wrong.append(f"half of batch {batch.pk}: {lines}")
        if lost := self.batches - set(Batch.objects.values_list("pk", flat=True)):
            self.wrong.append(f"lost batches {sorted(lost)}")
        told, there = self.acts, Event.objects.filter(batch_row=None, kind="joined", reverses=None).count()
        if not told <= there:
            self.wrong.append(f"{told} single acts were told, {there} are there")
        self.told["looks"] += 1

    def run(self, seconds):
        end, next_look = time.monotonic() + seconds, time.monotonic() + LOOK_EVERY
        with Runners(PEOPLE, self.database.environment()) as people:
            while time.monotonic() < end and not self.wrong:
                for person in people.idle():
                    doomed = self.random.random() < KILLED
                    people.let(person, self.act(), kill_after=self.random.random() if doomed else None)
                for act, answer in people.news(timeout=0.2):
                    self.killed(act) if answer is None else self.answered(act, answer)
                if time.monotonic() > next_look:
                    self.look()
                    next_look = time.monotonic() + LOOK_EVERY
            for act, answer in people.last_news():
                self.answered(act, answer)
        self.look()
        there = Event.objects.filter(batch_row=None, kind="joined", reverses=None).count()
        if there > self.acts + self.acts_killed:
            self.wrong.append(f"{there} single acts are there, {self.acts} were told, {self.acts_killed} were killed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = office_database(Path(folder), office.fill)
        try:
            database.restore()
            with database.opened():
                soak = Soak(database, Path(folder), Random(asked.seed))
                soak.run(asked.minutes * 60)
                vendor = connection.vendor
        finally:
            database.drop()
    print(f"{asked.minutes:g} minutes on {vendor}, seed {asked.seed}")
    for told, times in sorted(soak.told.items()):
        print(f"{times:7} {told}")
    print(f"{len(soak.wrong):7} differences")
    for wrong in soak.wrong[:20]:
        print(f"        {wrong}")
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
