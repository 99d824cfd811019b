"""Every path of the authorization server and of its pages, in one table."""

from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from gateway.oauth.endpoint import Endpoint
from gateway.oauth.introspection import introspect
from gateway.oauth.metadata import (
    AUTHORIZATION_SERVER,
    PROTECTED_RESOURCE,
    REST,
    Document,
    authorization_server,
    jwks,
    protected_resource,
)
from gateway.oauth.pages import apps, consent, personal_tokens, sign_in
from gateway.oauth.pages.page import Page, style
from gateway.oauth.registration import register
from gateway.oauth.revocation import revoke
from gateway.oauth.token_endpoint import token


def paths(issuer: str) -> list[BaseRoute]:
    """None of them asks for a bearer token."""
    return [
        *_well_known(urlsplit(issuer).path),
        Route("/oauth/jwks", Document(jwks)),
        Route("/oauth/authorize", Page(get=consent.show, post=consent.decide)),
        Route("/oauth/token", Endpoint(token)),
        Route("/oauth/register", Endpoint(register)),
        Route("/oauth/revoke", Endpoint(revoke)),
        Route("/oauth/introspect", Endpoint(introspect)),
        Route("/account/sign-in", Page(get=sign_in.show, post=sign_in.sign_in)),
        Route("/account/business", Page(post=sign_in.choose)),
        Route("/account/sign-out", Page(post=sign_in.sign_out)),
        Route("/account/apps", Page(get=apps.show, post=apps.revoke)),
        Route("/account/tokens", Page(get=personal_tokens.show, post=personal_tokens.make)),
        Route("/account/tokens/revoke", Page(post=personal_tokens.revoke)),
        Route("/account/style.css", Page(get=style)),
    ]


def _well_known(path: str) -> list[BaseRoute]:
    """Well-known names stand before the issuer's own path, where it has one; a proxy may have taken that off."""
    return [
        route
        for end in dict.fromkeys(("", path))
        for route in (
            Route(f"{AUTHORIZATION_SERVER}{end}", Document(authorization_server)),
            Route(f"{PROTECTED_RESOURCE}{end}", Document(protected_resource(""))),
            Route(f"{PROTECTED_RESOURCE}{end}{REST}", Document(protected_resource(REST))),
        )
    ]
