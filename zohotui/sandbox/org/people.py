"""The users of the sample org, and the names its records bear, in many scripts."""

from __future__ import annotations

from dataclasses import dataclass

_EAST_ASIAN = "\u2e80"
"""Scripts of which every letter is behind this one: Chinese, Japanese, Korean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of the org. Source: zoho-api.md, "GET /users?type=CurrentUser"."""

    id: str
    first_name: str
    last_name: str
    email: str
    admin: bool = False

    @property
    def full_name(self) -> str:
        """What the web UI shows."""
        return in_order(self.first_name, self.last_name)

    @property
    def reference(self) -> dict[str, str]:
        """How another object names this user."""
        return {"name": self.full_name, "id": self.id}

    @property
    def owner(self) -> dict[str, str]:
        """How a record's Owner field names this user."""
        return {**self.reference, "email": self.email}


def in_order(given: str, family: str) -> str:
    """Put a name together as its bearer does: in East Asia the family's comes first."""
    return f"{family} {given}" if given >= _EAST_ASIAN else f"{given} {family}"


def administrator(prefix: str) -> dict[str, str]:
    """Return the administrator's profile."""
    return {"name": "Administrator", "id": f"{prefix}000000026011"}


def users(prefix: str) -> tuple[User, ...]:
    """Everybody in the sample org; the first is the administrator whose tokens are issued."""
    people = (
        ("Anna", "Ember", "anna"),
        ("Børge", "Ødegård", "borge"),
        ("Chiara", "D'Amico", "chiara"),
        ("Łukasz", "Żak", "lukasz"),
        ("美咲", "田中", "misaki"),
    )
    return tuple(
        User(
            id=f"{prefix}{77001 + 6 * place:012d}",
            first_name=first,
            last_name=last,
            email=f"{mailbox}@acme.example",
            admin=place == 0,
        )
        for place, (first, last, mailbox) in enumerate(people)
    )


# given name, family name, mailbox
NAMES = (
    ("Ada", "Marsh", "ada.marsh"),
    ("Zoë", "Brontë", "zoe.bronte"),
    ("José", "Núñez", "jose.nunez"),
    ("Søren", "Kjær", "soren.kjaer"),
    ("Jürgen", "Weiß", "juergen.weiss"),
    ("Růžena", "Dvořáková", "ruzena"),
    ("Małgorzata", "Wąs", "malgorzata.was"),
    ("İpek", "Çağlar", "ipek.caglar"),
    ("Nguyễn", "Thị Hạnh", "hanh.nguyen"),
    ("Ελένη", "Παπαδοπούλου", "eleni"),
    ("Γιώργος", "Θεοδωρίδης", "giorgos"),
    ("Дмитрий", "Щербаков", "dmitri"),
    ("Юлия", "Жданова", "yulia"),
    ("محمد", "الحسيني", "m.alhusseini"),
    ("فاطمة", "الزهراء", "fatima"),
    ("נועם", "שפירא", "noam"),
    ("יעל", "ברקוביץ", "yael"),
    ("伟", "王", "wang.wei"),
    ("秀英", "李", "li.xiuying"),
    ("さくら", "鈴木", "sakura.suzuki"),
    ("健太", "高橋", "kenta.takahashi"),
    ("서연", "김", "seoyeon.kim"),
    ("민준", "박", "minjun.park"),
    ("สมชาย", "ใจดี", "somchai"),
    ("กาญจนา", "ศรีสุข", "kanjana"),
    ("प्रिया", "शर्मा", "priya.sharma"),
    ("Siobhán", "O'Rourke", "siobhan"),
    ("Kwame", "Mensah", "kwame.mensah"),
    ("Leilani", "Kahananui", "leilani"),
    ("Bo", "Li", "bo.li"),
)

COMPANIES = (
    "Acorn & Oak Ltd",
    "Brückner Maschinenbau GmbH",
    "Café du Marché SARL",
    "Délices d'Été",
    "Ελληνικά Έπιπλα",
    "Торговый дом «Ромашка»",
    "شركة النور للتجارة",
    "חברת הגליל בע״מ",
    "北京晨光科技有限公司",
    "株式会社さくら製作所",
    "한빛소프트웨어 주식회사",
    "บริษัท สยามการค้า จำกัด",
    "Ñandú Textiles S.A.",
    "Østfold Fisk AS",
    "Tri-State Roofing, Inc.",
)

# What a careless importer or a malicious web form leaves in a name field; for tests.
HOSTILE_NAMES = (
    "[/x] [red]bold[/red] [@click=app.quit]press[/]",
    "[",
    "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "\x1b]52;c;ZWNobyBvd25lZA==\x07\x1b[?1049h",
    "\x9b31m\x9d0;c1\x9c",
    "ok\u202egpj.exe\u202c end",
    "\u2066isolated\u2069\u200b\u200d\ufeff",
    "line\nbreak\ttab\rreturn",
    "e" + "\u0301" * 40 + " stacked",
    "🧑\u200d🚀👩🏽\u200d🔬🇺🇳 emoji",
    "Very long " + "name " * 200,
    '=HYPERLINK("http://evil.example")',
)
