"""What the pages of the registers and of daily entry ask; a file a subject."""
