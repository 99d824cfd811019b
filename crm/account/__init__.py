"""What a caller may know of itself and its tenant: who it is, its limits, its custom fields."""
