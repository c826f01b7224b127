"""Quick entry: one decision, many rows. What can be entered, how rows are read, how all of them become one act."""
