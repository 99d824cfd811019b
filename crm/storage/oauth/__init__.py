"""What the authorization server keeps: clients, codes, grants with their refresh tokens, sessions, signing keys."""
