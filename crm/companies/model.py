"""The company: every public field once."""

from crm.kit.fields import Id, Record, public
from crm.kit.inputs import Amount, Count, Domain, Email, Labels, Line, LongText, Phone, Url
from crm.kit.parts import Address, CustomValues
from crm.resources import COMPANY, USER


class Company(Record):
    """An organisation that contacts work for and deals are made with."""

    resource = COMPANY
    searched = ("name", "domain")

    name: Line = public("The company's name.", example="Northwind Traders", sortable=True)
    domain: Domain | None = public("Its internet domain, in lower case.", example="northwind.example")
    website: Url | None = public("The address of its website.", example="https://northwind.example")
    phone: Phone | None = public("Phone number in E.164.", example="+14155550123")
    email: Email | None = public("A general e-mail address.", example="office@northwind.example")
    description: LongText | None = public("What the company is about; up to 65,536 characters.")
    industry: Line | None = public("The trade it is in.", example="Logistics")
    annual_revenue: Amount | None = public("Yearly revenue in the tenant's currency.", example=1250000)
    employee_count: Count | None = public("How many people work there.", example=120)
    address: Address | None = public("Where it is.")
    owner_id: Id | None = public("The user the company belongs to.", points_to=USER)
    tags: Labels = public("Free labels.", example=["key-account"], default=[])
    custom_fields: CustomValues = public("Values of the tenant's custom fields, by slug.", default={})
