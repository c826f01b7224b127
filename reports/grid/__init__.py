"""The entry grid: organisations × months, or × years, beside the target; written through the acts on the facts."""
