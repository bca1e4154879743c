"""The work itself: id lists, plans, runs and journals; knows Zoho, knows no screen."""
