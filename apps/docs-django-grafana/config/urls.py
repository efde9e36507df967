"""The URLs of the application."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import pages as account_pages
from ledger import api, docs, pages
from telemetry.api import SqlLogs
from telemetry.pages import sql as sql_page

handler400 = "appkit.django.middleware.bad_request"
handler404 = "appkit.django.middleware.not_found"
handler500 = "appkit.django.middleware.server_error"

urlpatterns = [
    path("", pages.transactions, name="transactions"),
    path("book/", pages.book, name="book"),
    path("sign-in/", account_pages.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/", account_pages.account, name="account"),
    path("account/password/", account_pages.ChangePassword.as_view(), name="password"),
    path("account/tokens/<int:pk>/revoke/", account_pages.revoke_token, name="revoke-token"),
    path(
        "account/sessions/end-others/",
        account_pages.end_other_sessions,
        name="end-other-sessions",
    ),
    path("api/", docs.page, name="api-docs"),
    path("api/openapi.json", docs.document, name="api-document"),
    path("api/transactions/", api.Transactions.as_view(), name="api-transactions"),
    path("api/transactions/<int:pk>/", api.TransactionDetail.as_view(), name="api-transaction"),
    path("api/sql-logs/", SqlLogs.as_view(), name="api-sql-logs"),
    path("sql/", sql_page, name="sql"),
]
