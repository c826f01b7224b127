"""The registers as lists: what may be asked of them, what each column says, and the same rows as a file."""

from .enterprises import EnterpriseList
from .organizations import OrganizationList

LISTS = {each.screen: each for each in (EnterpriseList, OrganizationList)}

__all__ = ["LISTS", "EnterpriseList", "OrganizationList"]
