"""Activities: what happened with a contact, company or deal; logged by people, or written by the house itself."""
