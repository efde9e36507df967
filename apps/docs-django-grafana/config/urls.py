"""Every address of the application."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from rest_framework.authtoken.views import obtain_auth_token

from ledger import api, pages

handler500 = "appkit.django.middleware.server_error"

urlpatterns = [
    path("", pages.transactions, name="transactions"),
    path("book/", pages.book, name="book"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="ledger/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("api/transactions/", api.Transactions.as_view(), name="api-transactions"),
    path("api/transactions/<int:pk>/", api.OneTransaction.as_view(), name="api-transaction"),
    path("api/token/", obtain_auth_token, name="api-token"),
]
