"""The street: the process, its settings, its middleware, its command line. May import all; imported by none."""
