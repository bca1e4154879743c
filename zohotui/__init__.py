"""Delete Zoho CRM records by id, carefully, in a terminal."""

__version__ = "0.1.0"
