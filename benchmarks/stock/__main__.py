"""Import FILE through the stock admin: choose it, look at the preview, confirm.

``python -m benchmarks.stock FILE [validated]``: ``validated`` has each row checked by its model's ``full_clean``, which
the package leaves out unless it is told (``clean_model_instances``), and which an import needs to refuse wrong cells.
"""

import re
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.urls import path

FOLDER = tempfile.TemporaryDirectory(prefix="nq28-stock-")
HIDDEN = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)"')
CONTRIB = ("admin", "auth", "contenttypes", "sessions", "messages")


def configure():
    settings.configure(
        SECRET_KEY="only-for-benchmarks",
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        ALLOWED_HOSTS=["testserver"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in CONTRIB), "import_export", "benchmarks.stock"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(FOLDER.name) / "stock.sqlite3",
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"},
            }
        },
    )
    django.setup()


def main(file, validated=False):
    configure()
    from django.contrib import admin
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from import_export.formats.base_formats import XLSX

    from benchmarks.stock.admin import EnterpriseResource
    from benchmarks.stock.models import Enterprise, Park, Zone

    global urlpatterns
    urlpatterns = [path("admin/", admin.site.urls)]
    call_command("migrate", run_syncdb=True, verbosity=0)
    EnterpriseResource._meta.clean_model_instances = bool(validated)
    Zone.objects.create(code="HP")
    Park.objects.create(name="KCN Đình Vũ")
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    model_admin = admin.site.get_model_admin(Enterprise)
    xlsx = str(model_admin.get_import_formats().index(XLSX))
    with open(file, "rb") as stream:
        answer = client.post(
            "/admin/stock/enterprise/import/", {"import_file": stream, "format": xlsx, "resource": "0"}
        )
    hidden = dict(HIDDEN.findall(answer.content.decode()))
    if "import_file_name" not in hidden:
        sys.exit("the preview found errors")
    client.post("/admin/stock/enterprise/process_import/", hidden)
    print(Enterprise.objects.count())


if __name__ == "__main__":
    main(*sys.argv[1:])
