"""Tests of the simulated Zoho org."""
