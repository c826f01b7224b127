"""Every address of the application, room by room."""

from django.contrib.admin import autodiscover
from django.urls import include, path

from nq28.health import healthz
from nq28.search import search
from organizations.admin import office
from reports.views.dashboard import home

autodiscover()  # each room registers its tables; commands, which show no pages, start without

urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("healthz", healthz, name="healthz"),
    path("api/", include("nq28.api")),
    path("admin/", office.urls),
    path("", include("organizations.urls")),
    path("", include("imports.urls")),
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
]
