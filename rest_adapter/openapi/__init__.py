"""The OpenAPI 3.1 document of /v1, generated from bindings, operations, records and commands."""
