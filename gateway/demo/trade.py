"""What the demonstration's companies and deals are called, and what is said of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a pipeline as the demonstration has it; `share` of a hundred deals stand there."""

    name: str
    type: str
    probability: int
    share: int


@dataclass(frozen=True, slots=True)
class Way:
    """A pipeline."""

    name: str
    steps: tuple[Step, ...]


PIPELINES = (
    Way(
        "Sales",
        (
            Step("Qualification", "open", 10, 20),
            Step("Discovery", "open", 25, 18),
            Step("Proposal", "open", 50, 16),
            Step("Negotiation", "open", 75, 12),
            Step("Won", "won", 100, 20),
            Step("Lost", "lost", 0, 14),
        ),
    ),
    Way(
        "Renewals",
        (
            Step("Upcoming", "open", 40, 35),
            Step("In talks", "open", 70, 25),
            Step("Renewed", "won", 100, 28),
            Step("Churned", "lost", 0, 12),
        ),
    ),
)
DEFINITIONS = (
    {"resource": "contact", "slug": "tier", "type": "string", "label": "Customer tier"},
    {"resource": "contact", "slug": "newsletter", "type": "boolean", "label": "Wants the newsletter"},
    {"resource": "contact", "slug": "seats", "type": "number", "label": "Seats wanted"},
    {"resource": "contact", "slug": "follow_up_on", "type": "date", "label": "Follow up on"},
    {"resource": "company", "slug": "account_number", "type": "string", "label": "Account number"},
    {"resource": "company", "slug": "health", "type": "number", "label": "Health score"},
    {"resource": "company", "slug": "customer_since", "type": "date", "label": "Customer since"},
    {"resource": "deal", "slug": "competitor", "type": "string", "label": "Competitor"},
    {"resource": "deal", "slug": "discount", "type": "number", "label": "Discount in per cent"},
    {"resource": "deal", "slug": "strategic", "type": "boolean", "label": "Strategic"},
)
TIERS = ("Gold", "Silver", "Bronze", "Ünïcode")
COMPETITORS = ("Contoso", "Fabrikam", "Größe & Söhne", "日本商事")

COMPANY_HEADS = (
    "Alder", "Bluewater", "Cobalt", "Drift", "Ember", "Fjällräven Nord", "Granite", "Harbor", "Iron", "Juniper",
    "Kestrel", "Lumen", "Meridian", "Nimbus", "Obsidian", "Pinnacle", "Quartz", "Rivière", "Straße", "Tundra",
    "Umbra", "Vélo", "Willow", "Xenon", "Yonder", "Zephyr", "さくら", "北京", "한빛", "النور", "Звезда", "Ñandú",
)  # fmt: skip
COMPANY_TAILS = (
    "Logistics", "Analytics", "Foods", "Robotics", "Health", "Energy", "Capital", "Studios", "Systems", "Textiles",
    "Marine", "Optics", "Freight",
)  # fmt: skip
COMPANY_ENDINGS = ("Inc.", "GmbH", "Ltd", "S.A.", "AB", "株式会社", "LLC", "& Co.")
INDUSTRIES = (
    "Logistics", "Software", "Food", "Manufacturing", "Health care", "Energy", "Finance", "Media", "Retail",
)  # fmt: skip
JOB_TITLES = (
    "Head of Analytics", "Chief Executive Officer", "Purchasing Manager", "IT Director", "Founder", "Office Manager",
    "VP Sales", "Ingénieure en chef", "Geschäftsführer", "営業部長", "Operations Lead", "Warehouse Supervisor",
)  # fmt: skip
SOURCES = ("webinar", "referral", "website", "trade fair", "cold call", "partner", "Empfehlung")
CONTACT_TAGS = ("vip", "newsletter", "decision maker", "Großkunde", "技術", "trial", "event-2026")
COMPANY_TAGS = ("key-account", "partner", "prospect", "Lieferant", "重要")
DEAL_TAGS = ("renewal", "upsell", "rush", "pilot")
DEAL_THINGS = (
    "Fleet renewal", "Platform licence", "Warehouse rollout", "Support contract", "Annual subscription", "Pilot",
    "Übersetzung", "データ移行", "Consulting days", "Security review",
)  # fmt: skip
LOST_REASONS = ("Price", "Timing", "Went with a competitor", "No budget", "No decision")
STREETS = ("Market St", "Hauptstraße", "Rue de la Paix", "Calle Mayor", "Harbour Road", "桜通り", "High Street")
AREA_CODES = (
    "201", "202", "206", "212", "213", "214", "215", "216", "303", "305", "312", "313", "314", "404", "408", "412",
    "415", "503", "504", "512", "602", "612", "617", "619", "646", "702", "704", "713", "718", "773", "801", "808",
    "813", "816", "818", "901", "916", "917", "919", "949",
)  # fmt: skip

TASK_TITLES = (
    "Send the offer", "Call back", "Prepare the demo", "Book a room", "Check the contract", "Angebot nachfassen",
    "Rappeler demain", "見積書を送る", "Ask for references", "Update the forecast", "Invite to the fair",
)  # fmt: skip
TASK_TAGS = ("follow-up", "paperwork", "waiting", "dringend")
REMARKS = (
    "Prefers e-mail to calls.", "Budget is decided in autumn.", "Asked for two references.", "Wants a longer trial.",
    "Spricht lieber Deutsch.", "予算は来月決まる。", "Will ask the board.", "Very happy with the pilot.",
    "Needs the security questionnaire first.", "Moves offices in May.", "Préfère être appelée le matin.",
)  # fmt: skip
SUBJECTS = {
    "email": ("Offer sent", "Re: questions", "Welcome", "Votre demande", "Rechnung"),
    "call": ("Intro call", "Follow-up call", "Support question", "Rückruf"),
    "meeting": ("On-site visit", "Kick-off", "Quarterly review", "打ち合わせ"),
    "sms": ("Running late", "Confirmed", "New number"),
    "other": ("Met at the fair", "Sent a sample", "Gift basket"),
}
OUTCOMES = ("Interested", "No answer", "Left a message", "Booked a meeting", "Not now")
