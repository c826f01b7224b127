"""Who asks the API: a token, or the session of a signed-in browser. Either is answered in its owner's language."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from knox import auth
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from . import policy


class TokenAuthentication(auth.TokenAuthentication):
    """``Authorization: Token …``. The middleware spoke Vietnamese before the token said whose it is."""

    def authenticate(self, request):
        try:
            found = super().authenticate(request)
        except ValueError:  # bytes that are no text, or a NUL that PostgreSQL does not take
            raise AuthenticationFailed(_("The token is not valid.")) from None
        if found:
            language = found[0].language
            translation.activate(language)  # SavedLanguageMiddleware restores what was active before the request
            request._request.LANGUAGE_CODE = language
        return found

    def _cleanup_token(self, auth_token) -> bool:
        """Return whether the token has ended. Knox would also delete here; reading writes nothing."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a browser; one that still owes its second factor may do no more here than on a page."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and policy.must_enrol(found[0]) and not found[0].is_verified():
            raise PermissionDenied(_("This account must sign in with its second factor first."))
        return found
