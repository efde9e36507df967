"""The URLs of the API, and of the pages that `frontend/src/routes.tsx` renders."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from workbench import api, openapi
from workbench.accounts import views as accounts
from workbench.diagrams import views as diagrams
from workbench.pages import views as pages
from workbench.sales import views as sales

handler400 = "workbench.api.bad_request"
handler500 = "appkit.django.middleware.server_error"

api_patterns = [
    path("csrf", api.endpoint(GET=api.csrf)),
    path("session", accounts.session),
    path("password", accounts.password),
    path("dashboard", sales.dashboard),
    path("diagrams", diagrams.diagrams),
    path("diagrams/<uuid:pk>", diagrams.diagram, name="api-diagram"),
    path("openapi.json", openapi.document),
    re_path("", api.not_found),
]

urlpatterns = [
    path("api/", include(api_patterns)),
    path("", pages.page),
    path("sign-in", pages.page),
    path("account", pages.page),
    path("diagrams", pages.page, name="diagrams"),
    path("diagrams/", RedirectView.as_view(pattern_name="diagrams", permanent=True)),
    path("diagrams/<uuid:pk>", pages.diagram),
    re_path("", pages.not_found),
]
