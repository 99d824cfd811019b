"""Where records are kept: tables, statements, the two engines, migrations."""
