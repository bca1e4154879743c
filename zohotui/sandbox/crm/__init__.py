"""Zoho's CRM API over the org: one handler a path and method, each given a Call."""
