"""Tests of the work itself, without a screen."""
