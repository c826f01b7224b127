"""A process of the office that waits for a word, so that several act at the very same moment.

Each line on standard input is a JSON list, the name of an act and its arguments; each answer is a line of JSON.
"""

import io
import json
import sys
from contextlib import redirect_stdout


def command(*arguments):
    """Run a management command; its exit code and its JSON."""
    from django.core.management import call_command

    with redirect_stdout(io.StringIO()) as output:
        try:
            call_command(*arguments)
            code = 0
        except SystemExit as end:
            code = end.code
    return {"code": code} | json.loads(output.getvalue())


def join(zone, times, size, number=0):
    """What a clerk does all day: so many single acts, one after the other, in one union of the zone."""
    from tests import make
    from tests.torture.office import union_of

    union = union_of(zone, number)
    return len([make.joining(union, size, on=make.date(2025, 6, 2)) for _time in range(times)])


ACTS = {act.__name__: act for act in (command, join)}


def main():
    import django

    django.setup()
    from django.core.management import load_command_class
    from django.db import connections

    load_command_class("imports", "import_workbook")
    print("ready", flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = ACTS[name](*arguments)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        connections.close_all()
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
