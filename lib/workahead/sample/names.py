"""The words of the sample: names of companies and people, subjects, phrases. Made up; all fit into cp1252."""

from __future__ import annotations

from numpy.random import Generator

_FIRST = """
    Alder Amber Anvil Arbor Aspen Basalt Beacon Birch Brine Bramble Brook Cairn Cedar Cinder Clover
    Cobalt Copper Coral Corbel Crest Dapple Delta Drift Dune Eider Elm Ember Fallow Fathom Fennel Fern
    Flint Forge Gable Garnet Glade Granite Grove Harrow Hazel Heath Heron Holm Iris Ivory Jasper Juniper
    Kestrel Lark Larch Lichen Linden Loam Lumen Maple Marl Meadow Merle Mica Moss Nettle Oak Ochre Olive
    Onyx Opal Otter Pebble Pewter Pine Plover Quarry Quartz Raven Reed Ridge Rowan Russet Sable Saffron
    Sage Sedge Shale Sienna Slate Sorrel Spruce Sterling Tarn Teasel Thistle Thorn Timber Topaz Umber
    Vale Verdant Walnut Warren Wharf Willow Yarrow
""".split()  # noqa: SIM905  a list would take a line a word
_SECOND = """
    Analytics Biotech Builders Capital Chemicals Clinics Components Dairy Dental Diagnostics Electric
    Energy Fabrics Farms Finance Foods Freight Furniture Glass Health Hotels Instruments Insurance Labs
    Learning Legal Logistics Marine Media Mills Mobility Motors Networks Optics Outdoor Packaging Paper
    Partners Pharma Power Press Rail Retail Robotics Schools Security Shipping Studios Systems Telecom
    Textiles Tools Travel Water Works
""".split()  # noqa: SIM905  a list would take a line a word
_LEGAL = {
    "EMEA": ("GmbH", "Ltd", "SA", "BV", "AG", "plc"),
    "Americas": ("Inc", "LLC", "Corp", "Group"),
    "APAC": ("Pty", "KK", "Pte", "Ltd"),
}
ODD_NAMES = (
    "Null & Sons",
    "=Plus Media",
    "Fisher <& Daughters>",
    "Müller & Söhne Logistik",
    'Smith, Jones "and" Partners',
    "Café Brûlot",
    "Windhoek Cold Chain",
    "+Forty Nine Travel",
)
"""Names that break naive readers. The first eight accounts carry them."""

COUNTRIES = {
    "EMEA": ("GB", "DE", "FR", "NL", "SE", "ES", "AE", "ZA", "IE", "CH"),
    "Americas": ("US", "US", "US", "US", "CA", "BR", "MX"),
    "APAC": ("AU", "SG", "JP", "IN", "NZ"),
}
INDUSTRIES = (
    "Manufacturing",
    "Financial services",
    "Health care",
    "Retail",
    "Logistics",
    "Energy",
    "Education",
    "Media",
)
GIVEN = """
    Aisha Alice Amara Anders Anita Beatriz Björn Carla Chidi Clara David Diego Dina Elif Emil Emma Eva
    Farid Fiona Gabriel Hana Henrik Hugo Ines Isabel Jakob James Jun Karim Kofi Lars Laura Leila Liam
    Lina Louis Mai Malik María Martin Mei Mila Mohan Nadia Nina Noah Nora Olga Omar Paolo Petra Rahul
    Rosa Ruth Samir Sara Sergio Sven Tariq Tessa Thandi Tomás Uma Vera Victor Wei Yara Yusuf Zahra
""".split()  # noqa: SIM905  a list would take a line a word
FAMILY = """
    Adeyemi Andersson Baker Bianchi Bose Carter Castro Chen Cohen Costa Dang Diallo Dubois Eriksen Evans
    Fischer Fraser Garcia Gupta Haas Haddad Hansen Hughes Ibrahim Ito Jansen Kaur Keller Kim Kruger
    Kumar Larsen Lee Lopez Maier Mbeki Meyer Mills Moreau Morris Nakamura Ndlovu Nguyen Novak O'Brien
    Okoye Olsen Park Patel Peeters Pereira Petrov Quinn Rao Rossi Sato Schmidt Silva Singh Smith Suzuki
    Tanaka Torres Turner Vargas Virtanen Walker Wang Weber Wong Yilmaz Zhang
""".split()  # noqa: SIM905  a list would take a line a word
WIDE_NAMES = ("渡辺 健二", "Łukasz Żak", "김민준", "Ελένη Παππά", "None Adeyemi", "Null")
"""Contact names outside cp1252, and two that look like nothing. The first contacts carry them."""

TITLES_DECIDE = ("VP Operations", "Chief Operating Officer", "Head of Finance", "Director IT", "CFO")
TITLES_USE = (
    "Operations Analyst",
    "Team Lead",
    "Systems Administrator",
    "Project Manager",
    "Process Engineer",
)

SUBJECTS = {
    "call": (
        "Check-in call",
        "Renewal conversation",
        "Adoption review",
        "Call with sponsor",
        "Roadmap questions",
    ),
    "meeting": ("Quarterly business review", "Account planning", "On-site workshop", "Executive sync"),
    "email": (
        "Re: open questions",
        "Follow-up",
        "Release notes",
        "Usage summary",
        "Re: contract",
        "Checking in",
    ),
    "support": (
        "Import fails",
        "Slow dashboard",
        "Login problem",
        "Wrong totals",
        "API limit",
        "How do I export?",
    ),
    "other": ("Note to file", "Gift sent", "Webinar attended"),
}
SALES_LOSS = ("No decision", "Lost to competitor", "No budget", "Timing", "Not a fit")
QUALIFICATION = {
    "situation": (
        "Second plant live",
        "New team of 40",
        "Two tools side by side",
        "Merging three sites",
        "Moves to cloud",
    ),
    "pain": ("Reports by hand", "Audit findings", "Late month-end", "No single view", "Seats shared"),
    "impact": ("Two days a month", "3% write-offs", "Missed SLAs", "One FTE", "Audit cost 60k"),
    "critical_event": (
        "Audit in spring",
        "Budget closes",
        "Contract of old tool ends",
        "Site opens",
        "New CFO starts",
    ),
    "decision": ("COO signs", "CFO and IT", "Board above 100k", "Plant manager", "Procurement framework"),
}
"""Phrases for the parts of SPICED."""


def company_names(rng: Generator, regions: list[str]) -> list[str]:
    """One name an account, all different."""
    base = len(_FIRST) * len(_SECOND)
    order = rng.permutation(base)
    legal = rng.random(len(regions))
    names = []
    for i, region in enumerate(regions):
        first, second = divmod(int(order[i % base]), len(_SECOND))
        form = _LEGAL[region][int(legal[i] * len(_LEGAL[region]))]
        again = f" {i // base + 1}" if i >= base else ""
        names.append(f"{_FIRST[first]} {_SECOND[second]}{again} {form}")
    names[: len(ODD_NAMES)] = ODD_NAMES[: len(names)]
    return names
