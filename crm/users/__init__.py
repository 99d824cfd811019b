"""The people of a tenant: who owns what."""
