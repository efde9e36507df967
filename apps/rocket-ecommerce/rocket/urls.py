"""Every address of the shop."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.decorators.cache import never_cache

from rocket.storefront import views
from rocket.storefront.sitemaps import sitemaps

urlpatterns = [
    path("", views.shop, name="shop"),
    path("categories/<slug:category>/", views.shop, name="category"),
    path("products/<slug:slug>/", views.product, name="product"),
    path("cart/", views.cart, name="cart"),
    # It has to name the host that it was asked under, so nobody may keep it for somebody else.
    path("sitemap.xml", never_cache(sitemap), {"sitemaps": sitemaps}, name="sitemap"),
    path("admin/", admin.site.urls),
]

# A database that fails below a view, as in a middleware, is a 503 as well.
handler500 = "appkit.django.middleware.server_error"
