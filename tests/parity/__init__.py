"""One case, both doors: equal data, equal problems, equal cursors, equal refusals."""
