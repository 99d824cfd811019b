"""The people a tenant deals with."""
