"""Strawberry types, one file a resource: what a record shows, which edges lead from it."""
