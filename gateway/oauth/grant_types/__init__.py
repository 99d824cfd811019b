"""The grants of the token endpoint, one file each: `exchange` gives tokens for what a client presents."""
