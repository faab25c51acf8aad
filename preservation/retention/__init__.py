"""How long results are kept, what holds them, and how they end: by a recorded decision alone."""
