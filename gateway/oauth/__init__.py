"""The authorization server (contract §11): OAuth 2.1 for apps, and the pages where people sign in and decide."""
