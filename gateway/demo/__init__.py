"""The demonstration: two made-up tenants, the same to the last character wherever they are seeded."""
