"""Documents become plans of operations and edges: known, priced and checked before anything runs."""
