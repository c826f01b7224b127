"""Start the software for a look: database brought up to date, demo data when it is empty, then the server."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ["DEBUG"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nq28.settings")


def migrations_are_missing() -> bool:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from nq28.health import migrations_on_disk

    return not migrations_on_disk() <= set(MigrationRecorder(connection).applied_migrations())


def main() -> None:
    import django
    from django.core.management import call_command, get_commands

    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT={port!r}: write a number from 1 to 65535")
    django.setup()
    if migrations_are_missing():  # asking is quicker than running migrate with nothing to do
        print("Bringing the database up to date; the first start also loads the demo city ...", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
    if "load_demo" in get_commands():
        call_command("load_demo", "--if-empty")  # prints the demo accounts
    print(f"\n  http://127.0.0.1:{port}\n\n  Ctrl+C stops.\n", flush=True)
    # One process that starts at once; developers who want reloading use `manage.py runserver`.
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)


if __name__ == "__main__":
    main()
