"""The hands: every tool that the mind may use, and no other."""

from langchain_core.tools import BaseTool

from billing.desk import Desk
from tools import abilities, clauses, customers, drafts, explanations, invoices, statements, terms, usage, what_ifs


def hands(desk: Desk) -> list[BaseTool]:
    """Reading and proposing tools over one desk, in the order in which a model should consider them."""
    nouns = (customers, usage, statements, explanations, what_ifs, terms, clauses, drafts, invoices, abilities)
    return [tool for noun in nouns for tool in noun.tools(desk)]
