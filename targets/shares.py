"""Sharing a number out so that the shares add up to it again. Pure: no database."""

from collections.abc import Sequence


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Whole shares of ``total`` after ``weights``, none negative, that add up to it; no more than 1 from the exact one.

    What is left after rounding down goes to the largest remainders, of equal ones to the first. Without any weight
    the shares are equal. Raises ValueError for a negative total or weight.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"total={total}, weights={list(weights)}: nothing here may be negative")
    if not weights:
        return []
    weights = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    for place in sorted(range(len(weights)), key=lambda place: -remainders[place])[: total - sum(shares)]:
        shares[place] += 1
    return shares
