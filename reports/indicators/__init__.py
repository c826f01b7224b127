"""The page on which administrators keep the catalogue of what is counted."""
