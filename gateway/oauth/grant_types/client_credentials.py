"""client_credentials: a confidential client acts as the one user its operator bound it to (OAuth 2.1 §4.2)."""

from crm.storage.oauth import grants
from crm.storage.oauth.clients import Client
from crm.storage.oauth.grants import Grant
from gateway.oauth import resources, scopes
from gateway.oauth.authority import Authority
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form
from gateway.oauth.issuing import Tokens


async def exchange(authority: Authority, client: Client, form: Form) -> Tokens:
    """An access token for a client that has proved itself, and no refresh token: it can always ask again.

    Raises OauthError.
    """
    if not client.confidential or client.business_id is None:
        raise OauthError("unauthorized_client", "The client is not bound to a user.")
    row = await grants.standing(authority.database, client.business_id, client.id)
    if row is None:
        raise OauthError("unauthorized_client", "The client is not bound to a user any more.")
    granted: tuple[str, ...] = tuple(row["scopes"])
    grant = Grant(
        business_id=client.business_id,
        user_id=row["user_id"],
        client_id=client.id,
        kind="client_credentials",
        scopes=granted,
        resources=(authority.issuer,),
        id=row["id"],
    )
    if (text := form.one("scope")) is not None:
        granted = scopes.read(text)
        scopes.check_within(granted, grant.scopes)
    audience = resources.asked(authority, form) or grant.resources
    return Tokens(await authority.access_tokens.issue(grant, granted, audience, authority.clock()), granted)
