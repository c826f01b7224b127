"""The data administration at /admin/: for administrators in force who have signed in by our own page."""

from functools import update_wrapper

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import policy
from organizations.access import holds_admin


class OfficeSite(admin.AdminSite):
    """Only what the rooms register here is shown: keys of authenticators and tokens are not.

    Its own doors (sign in, sign out, password) lead to ours, which know throttling and the second factor.
    """

    site_header = _("NQ28 · Data administration")
    site_title = _("NQ28 · Data administration")
    index_title = _("Data administration")
    final_catch_all_view = False

    def has_permission(self, request):
        user = request.user
        shown = not policy.must_enrol(user) or user.is_verified()
        return user.is_active and user.is_staff and holds_admin(user) and shown

    def admin_view(self, view, cacheable=False):
        """Somebody who is signed in and is no administrator is told so, not asked to sign in once more."""
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        if request.user.is_authenticated:
            return redirect("admin:index")
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('two_factor:login')}?{urlencode({'next': wanted})}")

    def logout(self, request, extra_context=None):
        return redirect("two_factor:profile")

    def password_change(self, request, extra_context=None):
        return redirect("password_change")

    password_change_done = password_change


office = OfficeSite(name="admin")
