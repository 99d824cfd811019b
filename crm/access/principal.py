"""The principal: the one tenant and the one acting user behind a request, and what they may do (contract §1, §2)."""

from dataclasses import dataclass

from crm.access.roles import Permission, Reach, Role
from crm.kit.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """`scopes` is expanded; `team` holds the acting user and everyone of the same team.

    `client` names who holds the token (the OAuth client id, or `pat`); `bucket` is whose points it spends.
    """

    business_id: str
    user_id: str
    role: Role
    scopes: frozenset[str]
    team: frozenset[str]
    client: str
    bucket: str

    def check_scope(self, scope: str | None) -> None:
        """Raises Forbidden naming the scope the token lacks."""
        if scope is not None and scope not in self.scopes:
            raise Forbidden(f"The token lacks the scope `{scope}`.", scope=scope)

    def check_role(self, permission: Permission | None) -> None:
        """Raises Forbidden where the role denies the permission altogether."""
        if permission is not None and self.role.reach(permission) == "none":
            raise Forbidden(f"The role `{self.role.name}` does not have the permission `{permission.name}`.")

    def users(self, reach: Reach) -> frozenset[str]:
        """Whose records a reach covers that does not cover everyone's."""
        return {"team": self.team, "own": frozenset((self.user_id,))}.get(reach, frozenset())
