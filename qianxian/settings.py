"""Settings of the product. What differs between machines is listed in .env.example."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from qianxian.env import database, env_bool, env_int, env_list, env_str, secret

ROOT = Path(__file__).resolve().parent.parent
# Database, lake, evidence, secrets: everything that a backup must hold.
DATA = Path(env_str("QIANXIAN_DATA", str(ROOT / "var"))).absolute()
PACKS = [ROOT / "packs", *(Path(folder) for folder in env_list("QIANXIAN_PACKS"))]

DEBUG = env_bool("QIANXIAN_DEBUG", default=False)
SECRET_KEY = secret("QIANXIAN_SECRET_KEY", DATA / "secret.key")
# Wraps the keys of private values. Losing it loses them, so it is kept apart from the database.
SITE_KEY = secret("QIANXIAN_SITE_KEY", DATA / "site.key")
ALLOWED_HOSTS = env_list("QIANXIAN_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("QIANXIAN_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "qianxian.core",
    "qianxian.ledgers",
    "qianxian.matters",
    "qianxian.imports",
    "qianxian.intake",
    "qianxian.indicators",
    "qianxian.plans",
    "qianxian.reports",
    "qianxian.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "qianxian.api.middleware.JsonAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qianxian.core.middleware.UserErrorPage",
]

ROOT_URLCONF = "qianxian.urls"
WSGI_APPLICATION = "qianxian.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qianxian.core.context.shell_context",
            ],
        },
    }
]

FORM_RENDERER = "qianxian.core.controls.Controls"

DATABASES = {"default": database("QIANXIAN_DATABASE", DATA / "qianxian.sqlite3")}
CACHES = {
    "default": {
        "BACKEND": "qianxian.core.shared_cache.SharedCache",
        "LOCATION": DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["qianxian.core.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "qianxian.core.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key"}
SESSION_ENGINE = "qianxian.core.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Served straight from the source folders, so that no collect step can be forgotten.
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Without a server nothing is mailed; reminders then stand on the pages only.
EMAIL_HOST = env_str("QIANXIAN_SMTP_HOST")
EMAIL_PORT = env_int("QIANXIAN_SMTP_PORT", 465)
EMAIL_HOST_USER = env_str("QIANXIAN_SMTP_USER")
EMAIL_HOST_PASSWORD = env_str("QIANXIAN_SMTP_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_PORT != 25
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env_str("QIANXIAN_MAIL_FROM", EMAIL_HOST_USER)
# What a mail puts before the path of a page; without it a mail holds no link.
SITE_ADDRESS = env_str("QIANXIAN_ADDRESS")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if env_bool("QIANXIAN_HTTPS", default=False):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_str("QIANXIAN_LOG_LEVEL", "WARNING")},
}
