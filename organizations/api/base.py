"""What every resource of the API shares: rows within the person's scope, listed by pages, found by id."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers, status, viewsets
from rest_framework.response import Response

from organizations.access import Act, may, may_somewhere
from organizations.models import Zone

from .filters import ListBackend, Pages, visible_zone


class Rows(viewsets.ReadOnlyModelViewSet):
    """A list and details of what the person may see. What is not visible is not there: 404.

    ``rows`` says which rows, with everything their serializer reads; a list leaves out what ``listed`` does.
    """

    pagination_class = Pages
    filter_backends = [ListBackend]
    lookup_value_regex = "[0-9]{1,18}"  # what a database counts to

    def rows(self):
        raise NotImplementedError

    def listed(self, queryset):
        return queryset

    def get_queryset(self):
        queryset = self.rows().visible_to(self.request.user)
        return self.listed(queryset) if self.action == "list" else queryset

    def retrieve(self, request, *args, **kwargs):
        response = super().retrieve(request, *args, **kwargs)
        if (version := response.data.get("version")) is not None:
            response.headers["ETag"] = f'"{version}"'
        return response

    def written(self, pk, code=status.HTTP_200_OK):
        """The answer to a write: the row as it stands now, with its version."""
        row = self.rows().get(pk=pk)
        return Response(self.get_serializer(row).data, status=code, headers={"ETag": f'"{row.version}"'})

    def read(self, serializer_class) -> dict:
        """The body, checked, as values."""
        body = serializer_class(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    def require_somewhere(self, *acts: Act):
        """Refuse with 403, before the body is looked at, a person whose roles allow none of ``acts`` anywhere."""
        if not any(may_somewhere(self.request.user, act) for act in acts):
            raise PermissionDenied(_("Your role may read this but not write it."))

    def require_of_role(self, act: Act, zone_id: int):
        """Refuse with 403 a person whose roles do not allow ``act`` at all, or not in this zone."""
        self.require_somewhere(act)
        self.require(act, zone_id)

    def require(self, act: Act, zone_id: int):
        if not may(self.request.user, act, zone_id):
            raise PermissionDenied(_("You may read this but not change it: it belongs to a zone you do not write for."))

    def zone_to_write(self, act: Act, code: str) -> Zone:
        """The zone of this code in which the person may do ``act``: 404 when it is not visible, 403 when only seen."""
        zone = visible_zone(self.request.user, code)
        self.require(act, zone.pk)
        return zone


class Code(serializers.CharField):
    """The code of the row a foreign key leads to."""

    def __init__(self, path, **options):
        super().__init__(source=f"{path}.code", read_only=True, default=None, **options)
