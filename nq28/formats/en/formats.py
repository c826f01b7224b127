"""English pages change the words, not the figures: 38.555 and 03/02/2026 mean the same to every reader."""

from nq28.formats.vi.formats import *  # noqa: F403
