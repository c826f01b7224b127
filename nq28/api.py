"""The API: every resource by its name, its description for machines, and a page to try it on."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path, re_path, resolve
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from accounts.api import TokenView
from imports.api import Imports
from organizations import api as organizations
from reports.api import AttainmentView, ReportView
from reports.api_snapshots import Snapshots
from targets import api as targets

router = SimpleRouter()
router.register("zones", organizations.Zones, "zone")
router.register("parks", organizations.Parks, "park")
router.register("enterprises", organizations.Enterprises, "enterprise")
router.register("organizations", organizations.Organizations, "organization")
router.register("decisions", organizations.Decisions, "decision")
router.register("events", targets.Events, "event")
router.register("headcounts", organizations.Headcounts, "headcount")
router.register("indicators", targets.Indicators, "indicator")
router.register("targets", targets.Targets, "target")
router.register("declarations", targets.Declarations, "declaration")
router.register("imports", Imports, "import")
router.register("snapshots", Snapshots, "snapshot")


class Nothing(APIView):
    """No such address: in JSON, as everything here. A forgotten slash is led to where it belongs, body and all."""

    @extend_schema(exclude=True)
    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound

    def dispatch(self, request, *args, **kwargs):
        if not request.path.endswith("/") and resolve(f"{request.path_info}/").url_name != "nothing":
            address = request.get_full_path(force_append_slash=True)
            return HttpResponse(status=308, headers={"Location": address})
        return super().dispatch(request, *args, **kwargs)


class Schema(SpectacularAPIView):
    """What this API is, for machines: OpenAPI 3, JSON unless YAML is asked for. It holds no data and is open to all."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        language = request.query_params.get("lang")
        if language and language not in dict(settings.LANGUAGES):
            raise ValidationError({"lang": [", ".join(dict(settings.LANGUAGES))]})
        translation.activate(language or "en")  # one language throughout: descriptions of the code are English


class Docs(SpectacularSwaggerSplitView):
    """What this API is, for people: the schema as a page."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api_docs.html"


app_name = "api"
urlpatterns = [
    path("v1/token/", TokenView.as_view(), name="token"),
    path("v1/attainment/", AttainmentView.as_view(), name="attainment"),
    path("v1/reports/<slug:name>/", ReportView.as_view(), name="report"),
    path("v1/imports/<slug:pk>/errors.xlsx", Imports.as_view({"get": "marked"}), name="import-errors"),
    path("v1/", include(router.urls)),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    re_path("", Nothing.as_view(), name="nothing"),
]


class KnoxToken(OpenApiAuthenticationExtension):
    """``Authorization: Token …`` in the schema."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, from POST /api/v1/token/",
        }


class BrowserSession(OpenApiAuthenticationExtension):
    """The session cookie of a signed-in browser."""

    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
