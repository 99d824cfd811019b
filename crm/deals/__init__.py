"""Deals: what may be won or lost, and where it stands."""
