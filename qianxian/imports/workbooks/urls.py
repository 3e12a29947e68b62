"""Addresses of village workbooks, below those of imports."""

from __future__ import annotations

from django.urls import path

from qianxian.imports.workbooks import views

urlpatterns = [
    path("", views.index, name="workbooks"),
    path("send/<slug:ledger>/", views.send, name="workbook_send"),
    path("<int:pk>/back/", views.take_back, name="workbook_back"),
    path("back/<int:pk>/", views.handback, name="handback"),
    path("back/<int:pk>/confirm/", views.confirm, name="handback_confirm"),
    path("back/<int:pk>/undo/", views.undo, name="handback_undo"),
    path("back/<int:pk>/drop/", views.drop, name="handback_drop"),
]
