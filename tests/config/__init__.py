"""Tests of settings, secrets and profiles."""
