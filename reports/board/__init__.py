"""What the pages of figures show, worked out as plain objects before a template sees it.

``question`` reads the address, ``wording`` says what a figure means, ``bullet`` draws it, ``lede`` writes the sentence
at the top, ``rows`` and ``matrix`` lay the figures out. No cell is left for the template to work out.
"""
