from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .tokens import TokenRefused, issue_token


class TokenRequest(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    otp = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")


@method_decorator(login_not_required, name="dispatch")
class TokenView(APIView):
    """Exchange a user name, a password and, where the account has one, a second factor for an API token."""

    authentication_classes = ()  # an expired token in the header must not keep its owner from getting a new one
    permission_classes = (AllowAny,)

    @extend_schema(
        request=TokenRequest,
        responses={
            200: inline_serializer(
                "Token", {"token": serializers.CharField(), "expires": serializers.DateTimeField(allow_null=True)}
            )
        },
    )
    def post(self, request: Request) -> Response:
        wanted = TokenRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            token = issue_token(**wanted.validated_data, request=request._request)
        except TokenRefused as refused:
            response = Response(refused.errors, status=refused.status)
        else:
            response = Response({"token": token.text, "expires": token.expires})
        response.headers["Cache-Control"] = "no-store"
        return response
