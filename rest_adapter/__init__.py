"""The /v1 wire, both directions: requests in, JSON out."""
