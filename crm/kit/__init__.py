"""Mechanics that know no resource."""
