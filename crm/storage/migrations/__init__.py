"""How the schema came to be what it is, one revision after another; Alembic runs them on both databases."""
