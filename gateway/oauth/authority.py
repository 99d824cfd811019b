"""What every endpoint and page of the authorization server stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from crm.access.principal import Principal
from crm.authentication import Authentication
from crm.kit.clock import Clock
from crm.kit.errors import Unauthenticated
from crm.storage import tokens
from crm.storage.database import Database
from gateway.oauth.access_tokens import AccessTokens
from gateway.oauth.keys import SigningKeys
from gateway.oauth.seal import Seal
from gateway.oauth.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Authority:
    """One issuer. `issuer` is the address clients know the installation by, without a slash at its end."""

    issuer: str
    database: Database
    clock: Clock
    authentication: Authentication
    keys: SigningKeys
    access_tokens: AccessTokens
    throttle: Throttle
    seal: Seal

    @property
    def path(self) -> str:
        """The path of the issuer, before those of the pages: mostly none."""
        return urlsplit(self.issuer).path

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by HTTPS."""
        return self.issuer.startswith("https://")

    async def principal(self, text: str) -> Principal:
        """Who a bearer token acts for, of either kind. Raises Unauthenticated."""
        found = await self._found(text)
        if found is None:
            raise Unauthenticated("The token is unknown, expired or revoked.", token_sent=True)
        return found

    async def _found(self, text: str) -> Principal | None:
        now = self.clock()
        if text.startswith(tokens.PREFIX):
            return await self.authentication.principal_of_token(text, now)
        token = await self.access_tokens.read(text, now)
        return None if token is None else await self.authentication.principal_of_grant(token.granted, now)


def audiences(issuer: str) -> Mapping[str, str]:
    """The names the API goes by in `resource` (RFC 8707), as clients may spell them, and as we do.

    Both doors lead to one API with one set of scopes: a token for either name opens both.
    """
    return {f"{each}{slash}": each for each in (issuer, f"{issuer}/v1") for slash in ("", "/")}


def authority_of(request: Request) -> Authority:
    """The authority of the application that a request came to."""
    authority: Authority = request.app.state.house.authority
    return authority
