"""All addresses of the product. Sign-in is needed everywhere but on the pages listed as public."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from qianxian.core import views as core
from qianxian.ledgers.views.search import search
from qianxian.plans import views as plans

urlpatterns = [
    path("", plans.today, name="today"),
    path("sign-in/", core.SignIn.as_view(), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("search/", search, name="search"),
    path("help/", core.help_page, name="help"),
    path("components/", core.components, name="components"),
    path("people/me/tokens/", include("qianxian.api.token_urls")),
    path("people/", include("qianxian.core.people.urls")),
    path("places/", include("qianxian.core.place_events.urls")),
    path("matters/", include("qianxian.matters.urls")),
    path("ledgers/", include("qianxian.ledgers.urls")),
    path("imports/", include("qianxian.imports.urls")),
    path("intake/", include("qianxian.intake.urls")),
    path("plans/", include("qianxian.plans.urls")),
    path("figures/", include("qianxian.indicators.urls")),
    path("reports/", include("qianxian.reports.urls")),
    path("api/", include("qianxian.api.urls")),
]
