"""The URLs of the shop."""

from django.contrib import admin
from django.urls import path

from rocket.sales import views as sales
from rocket.storefront.sitemaps import sitemap
from rocket.storefront.views import cart, currency, orders, shop, webhook

urlpatterns = [
    path("", shop.product_list, name="shop"),
    path("categories/<slug:category>/", shop.product_list, name="category"),
    path("products/<slug:slug>/", shop.product_detail, name="product"),
    path("cart/", cart.cart, name="cart"),
    path("cart/code/", cart.discount_code, name="discount_code"),
    path("checkout/", cart.checkout, name="checkout"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<str:key>/", orders.order_detail, name="order"),
    path("currency/", currency.currency, name="currency"),
    path("stripe/webhook", webhook.webhook, name="webhook"),
    path("sales/", sales.sales, name="sales"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("admin/", admin.site.urls),
]

handler400 = "appkit.django.middleware.bad_request"
# Answers 503 if the database fails outside a view, for example in a middleware.
handler500 = "appkit.django.middleware.server_error"
