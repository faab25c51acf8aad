"""The pages: search, one result with its page images, and its files. Read-only, for this machine alone."""
