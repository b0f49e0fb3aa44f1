"""The orgs table: who is who, who belongs to whom, and which Stripe customer pays.

Promises one row a firm and one a site; a site has no Stripe customer of its own, its parent pays.
Leaves out the stranger whose calls nobody has mapped yet.
"""

from sandbox.company.firms import FIRMS, site_id

SITES = (
    "Harbour Street", "Quill Court", "Old Brewery", "Lantern Hill", "Station Garden", "Marlow Pier", "Copperfield Lane",
    "Bellows Yard", "Thistle Park", "Canal Walk", "Orchard Gate", "Windmill Row", "Saddler Square", "Moss Landing",
)  # fmt: skip

OrgRow = tuple[str, str | None, str, str | None, str]


def rows() -> list[OrgRow]:
    """(org_id, parent_org_id, name, stripe_customer_id, status) in a stable order."""
    table: list[OrgRow] = []
    for firm in FIRMS:
        table.append((firm.org_id, None, firm.name, firm.customer_id, firm.status))
        for number in range(1, firm.sites + 1):
            name = f"{firm.name} {number:02d}, {SITES[number - 1]}"
            table.append((site_id(firm, number), firm.org_id, name, None, firm.status))
    return table
