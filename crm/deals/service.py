"""What can be done with deals."""

from typing import Any

from crm.call import Call
from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals import commands, edges, states
from crm.deals.repository import DEALS
from crm.journal import Change, Entry
from crm.kit.clock import whole_seconds
from crm.kit.commands import Values
from crm.kit.errors import Invalid
from crm.kit.page import Row
from crm.kit.problems import Violation
from crm.pipelines.edges import default_pipeline, stages_by_id
from crm.pipelines.repository import PIPELINES
from crm.reading import read_operation, search_operation
from crm.storage.tenants import business_currency
from crm.users.repository import USERS
from crm.writing import Room, change_operation, create_operation, delete_operation, update_operation

ROOM = Room(DEALS, links={"contact_id": CONTACTS, "company_id": COMPANIES, "owner_id": USERS})


async def prepare(call: Call, sent: Values) -> Values:
    """A new deal begins at the stage it names, else at the first of its pipeline or of the default one."""
    stage = await _first_stage(call, sent)
    now = whole_seconds(call.clock())
    currency = sent.get("currency") or await business_currency(call.sql, call.principal.business_id)
    begun = states.entered(states.OF_STAGE[stage["type"]], {}, stage["probability"], None, now)
    return {**sent, **_at(stage), **begun, "stage_changed_at": now, "currency": currency}


async def move(call: Call, current: Row, sent: Values) -> Values:
    """To another stage, and to the status its type means. The same stage is no move."""
    stage = await _stage(call, sent)
    status = states.OF_STAGE[stage["type"]]
    reason = _reason(sent, status)
    if stage["id"] == current["stage_id"]:
        return {"lost_reason": reason} if reason and current["status"] == "lost" else {}
    now = whole_seconds(call.clock())
    moved = {
        **_at(stage),
        **states.entered(status, current, stage["probability"], reason, now),
        "stage_changed_at": now,
    }
    _tell(call, current, "Deal moved", {"stage_id": stage["id"], "status": status})
    return moved


async def set_status(call: Call, current: Row, sent: Values) -> Values:
    """How it ended, or that it is open again; it stays at its stage."""
    status = sent["status"]
    reason = _reason(sent, status)
    stage = (await stages_by_id(call, (current["stage_id"],)))[current["stage_id"]]
    if status != current["status"]:
        _tell(call, current, "Deal status changed", {"status": status})
    return states.entered(status, current, stage["probability"], reason, whole_seconds(call.clock()))


def _tell(call: Call, current: Row, subject: str, after: dict[str, Any]) -> None:
    links = {"deal_id": current["id"], "contact_id": current["contact_id"], "company_id": current["company_id"]}
    changed = tuple(Change(name, current[name], value) for name, value in after.items() if current[name] != value)
    call.journal.entries.append(Entry(subject, links, changed))


def _reason(sent: Values, status: str) -> str | None:
    reason: str | None = sent.get("lost_reason")
    if reason is not None and status != "lost":
        message = "`lost_reason` goes with a lost deal only."
        raise Invalid([Violation("lost_reason", "unexpected", message)])
    return reason


async def _first_stage(call: Call, sent: Values) -> Row:
    if sent.get("stage_id") is not None:
        return await _stage(call, sent)
    pipeline_id = sent.get("pipeline_id")
    pipeline = await PIPELINES.get(call, pipeline_id) if pipeline_id else await default_pipeline(call)
    if pipeline is None or not pipeline["stages"]:
        message = "`pipeline_id` names no pipeline that exists." if pipeline_id else "There is no pipeline to begin in."
        raise Invalid([Violation("pipeline_id", "link", message)])
    first: Row = pipeline["stages"][0]
    return first


async def _stage(call: Call, sent: Values) -> Row:
    """The stage that is named, in the pipeline that is named, if one is."""
    stage = (await stages_by_id(call, (sent["stage_id"],))).get(sent["stage_id"])
    if stage is None:
        raise Invalid([Violation("stage_id", "link", "`stage_id` names no stage that exists.")])
    if sent.get("pipeline_id") not in (None, stage["_pipeline_id"]):
        raise Invalid([Violation("stage_id", "link", "`stage_id` is no stage of the pipeline in `pipeline_id`.")])
    return stage


def _at(stage: Row) -> Values:
    return {"stage_id": stage["id"], "pipeline_id": stage["_pipeline_id"]}


READ = read_operation(DEALS, edges.TO_ONE)
SEARCH = search_operation(DEALS, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE, prepare)
UPDATE = update_operation(ROOM, commands.UPDATE)
DELETE = delete_operation(ROOM)
MOVE = change_operation(ROOM, "move", "Move a deal to a stage", commands.MOVE, move)
STATUS = change_operation(ROOM, "set_status", "Set a deal's status", commands.STATUS, set_status)

OPERATIONS = (READ, SEARCH, CREATE, UPDATE, DELETE, MOVE, STATUS)
