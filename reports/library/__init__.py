"""One module for each report; ``reports.registry`` finds them."""
