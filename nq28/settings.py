"""All settings in one place: safe when nothing is set, loud when something is wrong."""

import sys
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from nq28 import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = environment.boolean("DEBUG", False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", [])
if DEBUG and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

if key_file := environment.env.str("SECRET_KEY_FILE", ""):
    SECRET_KEY = environment.read_key(key_file, "SECRET_KEY_FILE")
elif key := environment.env.str("SECRET_KEY", ""):
    SECRET_KEY = key
elif DEBUG:
    SECRET_KEY = environment.own_key(VAR_DIR / "secret.key")
else:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: give SECRET_KEY or SECRET_KEY_FILE (python -c 'import secrets; "
        "print(secrets.token_urlsafe(48))' makes one), or DEBUG=true to try the software on this machine"
    )

# Signs the chain of the ledger; never derived from SECRET_KEY, which is changed when it leaks.
LEDGER_KEY_FILE = Path(environment.env.str("LEDGER_KEY_FILE", "") or VAR_DIR / "ledger.key")
LEDGER_KEY = SimpleLazyObject(lambda: environment.own_key(LEDGER_KEY_FILE))  # made when first used

REQUIRE_ADMIN_TOTP = environment.boolean("REQUIRE_ADMIN_TOTP", not DEBUG)

# How percents are counted and printed, everywhere alike; what is chosen is printed beside them
PERCENT_BASIS = environment.choice("PERCENT_BASIS", ["low", "high"])
PERCENT_DECIMALS = environment.whole("PERCENT_DECIMALS", 1, 0, 2)
PERCENT_ROUNDING = environment.choice("PERCENT_ROUNDING", ["half_up", "truncated"])
REPORT_DUE_DAYS = environment.whole("REPORT_DUE_DAYS", 15, 0, 366)  # from the last day of a period to its due day

INSTALLED_APPS = [
    "nq28",
    "accounts",
    "organizations",
    "targets",
    "imports",
    "reports",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for our form renderer
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "two_factor",
    "axes",
    "tree_queries",
    "django_htmx",
    "tablericons",
    "csp",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",  # its pages at /admin/; its writer is never used
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.SavedLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "nq28.urls"
WSGI_APPLICATION = "nq28.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # quick entry sends 200 rows of up to six boxes
FORM_RENDERER = "nq28.forms.OfficeRenderer"

# Database. SQLite: every transaction that may write takes the write lock at once and waits for it, so that
# concurrent writers queue instead of failing; the ledger is flushed to disk at each commit.
SQLITE_OPTIONS = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    # In memory: what undoes a statement that fails, which SQLite else writes to a file for every row stored.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
    ),
}
POSTGRES_OPTIONS = {"options": "-c statement_timeout=60000 -c lock_timeout=30000"}


def database_settings(settings):
    """Add to the connection ``settings`` the options this application needs of either engine."""
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = SQLITE_OPTIONS | settings.get("OPTIONS", {})
    else:
        settings["OPTIONS"] = POSTGRES_OPTIONS | settings.get("OPTIONS", {})
        settings |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return settings | {"ATOMIC_REQUESTS": False}


DATABASES = {"default": database_settings(environment.database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "two_factor:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "two_factor:login"
AXES_ENABLED = not DEBUG
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.throttle.locked_out"
SESSION_COOKIE_AGE = 30 * 60  # idle half hour: SESSION_SAVE_EVERY_REQUEST starts it anew at each request
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True

# Language: Vietnamese unless the signed-in user has chosen another. No guessing from the browser:
# an en-US browser would print 38,555 where the office reads thirty-eight and a half.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [
    BASE_DIR / "locale" / room
    for room in ("nq28", "vietnamese", "accounts", "organizations", "targets", "imports", "reports", "packages")
]
FORMAT_MODULE_PATH = "nq28.formats"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # a display filter groups counts; years, codes and ids are never grouped

# Files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(find_spec("bootstrap_wrapper").origin).parent.parent / "bootstrap"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(environment.env.str("MEDIA_ROOT", "") or BASE_DIR / "media")
FILE_UPLOAD_PERMISSIONS = 0o600

# Long work: done at once by the process that is asked, or (TASKS=database) by `manage.py db_worker`.
TASKS = {
    "default": {
        "BACKEND": {
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
            "database": "django_tasks_db.DatabaseBackend",
        }[environment.choice("TASKS", ["immediate", "database"])]
    }
}

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [  # the token first: anonymous is then 401, not 403
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["nq28.rest.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing that the schema does not
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "nq28.rest.exception_handler",
    "URL_FORMAT_OVERRIDE": None,  # ?format= names a file format of reports, never a renderer
}
SPECTACULAR_SETTINGS = {
    "TITLE": "NQ28",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Facts, targets and attainment of Resolution 28-NQ/TU. Every list takes `zone` (a code: its "
    "subtree), `search` (every word, accents and case aside), `ordering`, `page` and `page_size` (up to 500); a "
    "parameter that is not known is refused with 400. What is not visible to you answers 404.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "EventKind": "organizations.models.Kind",
        "Sector": "organizations.models.Sector",
        "Ownership": "organizations.models.Ownership",
        "EnterpriseStatus": "organizations.models.EnterpriseStatus",
        "OrganizationStatus": "organizations.models.OrganizationStatus",
        "ZoneKind": "organizations.models.Zone.Kind",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
TESTING = "pytest" in sys.modules
