"""Lists that the extraction checks against: surnames, titles, sectors."""
