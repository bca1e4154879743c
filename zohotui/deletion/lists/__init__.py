"""Lists of ids that are read from Zoho: by values of a field, from a view, by a query."""
