"""Every address of the shop."""

from django.contrib import admin
from django.urls import path

from rocket.sales import views as sales
from rocket.storefront.sitemaps import sitemap
from rocket.storefront.views import cart, currency, orders, shop, stripe

urlpatterns = [
    path("", shop.shop, name="shop"),
    path("categories/<slug:category>/", shop.shop, name="category"),
    path("products/<slug:slug>/", shop.product, name="product"),
    path("cart/", cart.cart, name="cart"),
    path("cart/code/", cart.code, name="code"),
    path("checkout/", cart.checkout, name="checkout"),
    path("orders/", orders.history, name="orders"),
    path("orders/<str:key>/", orders.order, name="order"),
    path("currency/", currency.currency, name="currency"),
    path("stripe/webhook", stripe.webhook, name="webhook"),
    path("sales/", sales.sales, name="sales"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("admin/", admin.site.urls),
]

# A database that fails below a view, as in a middleware, is a 503 as well.
handler500 = "appkit.django.middleware.server_error"
