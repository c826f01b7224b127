"""Settings of the test suite: nothing of the machine's own configuration leaks in, nothing is slow by design.

The database is SQLite in memory unless ``DATABASE_URL`` names another; the suite must pass on both engines.
"""

import os
import tempfile
from pathlib import Path

scratch = Path(tempfile.mkdtemp(prefix="nq28-tests-"))
for name in (
    "SECRET_KEY_FILE",
    "REPLICA_URL",
    "ALLOWED_HOSTS",
    "PERCENT_BASIS",
    "PERCENT_DECIMALS",
    "PERCENT_ROUNDING",
):
    os.environ.pop(name, None)
os.environ |= {
    "DEBUG": "false",
    "SECRET_KEY": "only-for-tests-" + "0" * 40,
    "LEDGER_KEY_FILE": str(scratch / "ledger.key"),
    "MEDIA_ROOT": str(scratch / "media"),
    "REQUIRE_ADMIN_TOTP": "false",  # a test about enrolment turns it on with the `settings` fixture
}
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread that asks the database

from nq28.settings import *  # noqa: E402, F403
from nq28.settings import BASE_DIR, DATABASES, STORAGES, TEMPLATES  # noqa: E402
from tests.strict_templates import MisspeltVariable  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False  # a test about throttling turns it on
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hold the test database at the end
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = MisspeltVariable(BASE_DIR / "templates")
