"""Who the demonstration's tenants are: their names, their users, and the addresses people sign in with."""

from dataclasses import dataclass

PASSWORD = "demo"  # noqa: S105  printed on the screen of whoever runs the demonstration


@dataclass(frozen=True, slots=True)
class Person:
    """A user. Those who sign in have the demonstration's password; the others only own records."""

    email: str
    name: str
    role: str
    team: str | None
    signs_in: bool = True
    share: int = 0
    """How many of a hundred records are theirs."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One tenant and its users; `number` makes its ids."""

    number: int
    name: str
    currency: str
    people: tuple[Person, ...]


NORTHWIND = Cast(
    1,
    "Northwind Demo",
    "USD",
    (
        Person("admin@demo.example", "Ana Oliveira", "admin", "Headquarters", share=4),
        Person("manager@demo.example", "Marcus Okafor", "manager", "North", share=10),
        Person("rep@demo.example", "Riya Sharma", "rep", "North", share=26),
        Person("viewer@demo.example", "Viktor Novák", "viewer", None),
        Person("lena@demo.example", "Léna Größinger", "rep", "North", signs_in=False, share=20),
        Person("tomas@demo.example", "Tomás Peña", "rep", "South", signs_in=False, share=20),
        Person("yuki@demo.example", "田中 雪", "rep", "South", signs_in=False, share=15),
    ),
)
SECOND = Cast(
    2,
    "Second Demo",
    "EUR",
    (Person("admin@second.example", "Sébastien Roux", "admin", None, share=90),),
)
