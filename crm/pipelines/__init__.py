"""Pipelines and their stages: the ways a deal can go. Read-only through the API."""
