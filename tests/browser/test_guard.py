"""Who may come in: the sign-in, foreign pages, security headers, from the very first request."""
