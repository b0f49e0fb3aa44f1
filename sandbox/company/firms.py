"""Tinwhistle Voice's customers, as its operations table knows them.

Promises the firms of the demo, each with the habits that shape its calls (when they come, how long they last).
Leaves out volumes (volumes.py) and prices (the contracts). Every name is invented.
"""

from dataclasses import dataclass

Weights = tuple[int, ...]

OFFICE: Weights = (0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 11, 8, 9, 11, 11, 9, 5, 2, 1, 0, 0, 0, 0)
DAYLONG: Weights = (2, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 9, 8, 8, 8, 8, 8, 8, 7, 7, 6, 5, 4, 3)
EVENING: Weights = (1, 1, 0, 0, 0, 0, 1, 3, 5, 6, 7, 7, 7, 7, 7, 7, 8, 10, 11, 10, 8, 6, 4, 2)
DOCKS: Weights = (0, 0, 0, 6, 14, 21, 23, 18, 9, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)

WEEKDAYS: Weights = (10, 10, 10, 10, 10, 0, 0)
MOSTLY_WEEKDAYS: Weights = (11, 10, 10, 10, 10, 3, 1)
ALL_WEEK: Weights = (9, 9, 9, 9, 10, 10, 8)


@dataclass(frozen=True)
class Firm:
    """One customer: `minutes_a_call` is the mean connected time, `inbound` the share of calls that come in."""

    key: str
    name: str
    minutes_a_call: float
    hours: Weights
    weekdays: Weights
    inbound: float
    agents: tuple[str, ...]
    campaigns: tuple[str, ...]
    countries: tuple[str, ...] = ("US",)
    sites: int = 0
    currency: str = "usd"
    status: str = "active"

    @property
    def org_id(self) -> str:
        return f"org_{self.key}"

    @property
    def customer_id(self) -> str:
        """The firm's Stripe customer."""
        return f"cus_TW{self.key.upper()}"

    @property
    def email(self) -> str:
        return f"billing@{self.key}.example"


FIRMS: tuple[Firm, ...] = (
    Firm("acornhill", "Acornhill Freight Co.", 8.6, DAYLONG, ALL_WEEK, 0.7,
         ("ag_load_desk", "ag_carrier_checkin"), ("load-status", "carrier-checkin"), ("US", "US", "US", "CA")),
    Firm("brindlecat", "Brindlecat Dental Group", 11.9, OFFICE, MOSTLY_WEEKDAYS, 0.55,
         ("ag_front_desk", "ag_recall"), ("recall", "new-patient", "reschedule")),
    Firm("copperkettle", "Copperkettle Insurance", 15.5, OFFICE, MOSTLY_WEEKDAYS, 0.8,
         ("ag_first_notice", "ag_policy_help"), ("first-notice", "policy-help")),
    Firm("dapplewood", "Dapplewood Logistics", 22.0, DOCKS, WEEKDAYS, 0.25,
         ("ag_dock_booker", "ag_driver_line"), ("dock-booking", "driver-line")),
    Firm("elmfoot", "Elmfoot Utilities", 13.0, DAYLONG, ALL_WEEK, 0.9,
         ("ag_outage", "ag_meter_move"), ("outage", "meter-move")),
    Firm("fennelbrook", "Fennelbrook Hotels", 18.6, EVENING, ALL_WEEK, 0.85,
         ("ag_concierge", "ag_reservations"), ("reservation", "concierge"), ("US", "US", "GB"), sites=14),
    Firm("gumdrop", "Gumdrop Mobility", 11.9, EVENING, ALL_WEEK, 0.75,
         ("ag_rider_help", "ag_lost_item"), ("rider-help", "lost-item")),
    Firm("halfpenny", "Halfpenny Credit Union", 12.2, OFFICE, MOSTLY_WEEKDAYS, 0.85,
         ("ag_member_line", "ag_card_block"), ("member-line", "card-block")),
    Firm("inkwell", "Inkwell & Otter LLP", 2.4, OFFICE, WEEKDAYS, 0.9,
         ("ag_intake",), ("intake",), ("IE", "DE", "FR"), currency="eur"),
    Firm("juniper", "Juniper Teapot Retail", 5.0, EVENING, ALL_WEEK, 0.4,
         ("ag_stylist_booking",), ("booking",)),
    Firm("kestrel", "Kestrel Pancake Clinics", 9.4, OFFICE, MOSTLY_WEEKDAYS, 0.6,
         ("ag_nurse_line", "ag_refill"), ("nurse-line", "refill")),
    Firm("lemonfish", "Lemonfish Travel", 19.0, EVENING, ALL_WEEK, 0.8,
         ("ag_rebooking", "ag_trip_desk"), ("rebooking", "trip-desk"), ("US", "US", "CA", "MX")),
    Firm("marzipan", "Marzipan Couriers", 6.0, OFFICE, WEEKDAYS, 0.5,
         ("ag_parcel",), ("parcel",), status="churned"),
)  # fmt: skip

# An organisation that calls every day and that the orgs table has never heard of.
STRANGER = Firm("pomander", "unknown", 8.7, OFFICE, MOSTLY_WEEKDAYS, 0.6, ("ag_pilot",), ("pilot",))


def firm(key: str) -> Firm:
    """The firm with that key; raises KeyError when there is none."""
    return {each.key: each for each in (*FIRMS, STRANGER)}[key]


def site_id(parent: Firm, number: int) -> str:
    """The org of one site of a firm, numbered from 1."""
    return f"{parent.org_id}_{number:02d}"
