"""Every address of the application, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
]
