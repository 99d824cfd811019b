"""Tests of the /v1 wire."""
