"""Both doors against what their own documents promise, with data nobody thought of; budget and seed are fixed."""
