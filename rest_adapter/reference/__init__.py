"""The reference at /docs: the OpenAPI document as one page a person can read, with no script and no outside request."""
