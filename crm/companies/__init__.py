"""The organisations contacts work for."""
