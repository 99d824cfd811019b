"""Notes: what somebody wrote down about a contact, company or deal."""
