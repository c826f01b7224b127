"""A demonstration city: real zones' and parks' names, everything else invented and marked so.

``plan`` decides, without a database and always alike, what exists and what happened; ``write`` records it through
the same actions that people's pages call. What is meant to come out is in ``figures.csv``, a table a person can read:

    actual/target        22/8   12/5-10   2/ (no target)   =/7-10 (only a target; the zones below do the work)
    target revised       8240/9000>8000
    published percent    9420/10000@95
    nothing known        ?/5-7 (not reported)   x/ (declared not applicable)   an empty cell: the zone did not exist
"""
