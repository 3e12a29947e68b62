"""A made-up township with two years of records, for trying out and for tests."""

from __future__ import annotations

from qianxian.demo._accounts import ACCOUNTS, PASSWORD, Account
from qianxian.demo._command import command
from qianxian.demo._make import make_demo

__all__ = ["ACCOUNTS", "PASSWORD", "Account", "command", "make_demo"]
