"""Discovery: what the authorization server can do (RFC 8414), who protects the API (RFC 9728), and the public keys."""

from typing import Any

from starlette.requests import Request

from crm.access.scopes import SCOPES
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.clients import METHODS
from gateway.oauth.endpoint import Endpoint, Handle
from gateway.oauth.token_endpoint import GRANT_TYPES
from gateway.routing import READING
from rest_adapter.answer import Answer
from rest_adapter.wire import dumps

AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server"
PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource"
REST = "/v1"

_WITH_SECRET = [each for each in METHODS if each != "none"]
_SHARED = (("Cache-Control", "public, max-age=300"),)
_SHARED_BRIEFLY = (("Cache-Control", "public, max-age=60"),)


class Document(Endpoint):
    """Answers GET and HEAD, to anybody."""

    methods = READING


async def authorization_server(request: Request) -> Answer:
    """RFC 8414 §2, with RFC 9207's and RFC 9728's additions."""
    return Answer(200, dumps(_described(authority_of(request))), headers=_SHARED)


def protected_resource(door: str) -> Handle:
    """RFC 9728 §2, for the installation or for one door of it."""

    async def describe(request: Request) -> Answer:
        issuer = authority_of(request).issuer
        told = {
            "resource": f"{issuer}{door}",
            "resource_name": "CRM API",
            "authorization_servers": [issuer],
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
        }
        return Answer(200, dumps(told), headers=_SHARED)

    return describe


async def jwks(request: Request) -> Answer:
    """The keys that access tokens are checked with (RFC 7517)."""
    told = {"keys": await authority_of(request).keys.published()}
    return Answer(200, dumps(told), "application/jwk-set+json", _SHARED_BRIEFLY)


def challenge(issuer: str, path: str) -> str:
    """The address of what a client that was refused at `path` should read (RFC 9728 §5.1)."""
    return f"{well_known(issuer, PROTECTED_RESOURCE)}{REST if path.startswith(REST) else ''}"


def well_known(issuer: str, name: str) -> str:
    """A well-known address stands between host and path (RFC 8615 §3)."""
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{name}{slash}{path}"


def _described(authority: Authority) -> dict[str, Any]:
    issuer = authority.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "registration_endpoint": f"{issuer}/oauth/register",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "introspection_endpoint_auth_methods_supported": _WITH_SECRET,
        "authorization_response_iss_parameter_supported": True,
        "protected_resources": [issuer, f"{issuer}{REST}"],
    }
