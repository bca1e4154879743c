"""Tests of the client: Zoho over HTTP, inside the process."""
