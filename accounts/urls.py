from django.urls import include, path

from . import views

second_factor = [
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("account/security/", views.security, name="profile"),
    path("account/authenticator/", views.AddAuthenticator.as_view(), name="setup"),
    path("account/authenticator/picture/", views.AuthenticatorPicture.as_view(), name="qr"),
    path("account/authenticator/remove/", views.remove_authenticator, name="disable"),
    path("account/backup-codes/", views.backup_codes, name="backup_tokens"),
]

urlpatterns = [
    path("", include((second_factor, "two_factor"))),
    path("sign-out/", views.SignOut.as_view(), name="logout"),
    path("account/password/", views.ChangePassword.as_view(), name="password_change"),
    path("account/language/", views.language, name="language"),
    path("account/theme/", views.theme, name="theme"),
    path("account/session/", views.session, name="session"),
]
