"""Addresses of folders of photos."""

from __future__ import annotations

from django.urls import path

from qianxian.imports.photo_folder import views

urlpatterns = [
    path("new/<slug:ledger>/", views.new, name="photos_new"),
    path("<int:pk>/", views.folder, name="photo_folder"),
    path("<int:pk>/progress/", views.progress, name="photos_progress"),
    path("<int:pk>/<slug:digest>.jpg", views.thumbnail, name="photos_thumbnail"),
    path("<int:pk>/confirm/", views.confirm, name="photos_confirm"),
    path("<int:pk>/undo/", views.undo, name="photos_undo"),
    path("<int:pk>/drop/", views.drop, name="photos_drop"),
    path("of/<uuid:key>/<slug:digest>.jpg", views.hung, name="photos_hung"),
]
