"""Clients that others make from the published documents."""
