"""The pages people see: sign in, consent, my apps, my tokens. Plain HTML; nothing needs a script."""
