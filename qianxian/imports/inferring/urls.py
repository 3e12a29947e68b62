"""Addresses of the site's own ledgers, below those of imports."""

from __future__ import annotations

from django.urls import path

from qianxian.imports.inferring.views import ledgers, proposals

urlpatterns = [
    path("", proposals.index, name="own_index"),
    path("new/", proposals.new, name="own_new"),
    path("sheet/", proposals.from_sheet, name="own_from_sheet"),
    path("sheet/blank.xlsx", ledgers.blank_sheet, name="own_blank_sheet"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/progress/", proposals.progress, name="proposal_progress"),
    path("proposals/<int:pk>/design/", proposals.put_right, name="proposal_design"),
    path("proposals/<int:pk>/layout/", proposals.read_again, name="proposal_layout"),
    path("proposals/<int:pk>/drop/", proposals.drop, name="proposal_drop"),
    path("<slug:ledger>/", ledgers.own, name="own"),
    path("<slug:ledger>/change/", ledgers.change, name="own_change"),
    path("<slug:ledger>/archive/", ledgers.archive, name="own_archive"),
    path("<slug:ledger>/count/", ledgers.count, name="own_count"),
    path("<slug:ledger>/sheet.xlsx", ledgers.sheet, name="own_sheet"),
]
