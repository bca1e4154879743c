"""Zoho CRM over HTTP: knows records and errors, knows nothing of runs or screens."""
