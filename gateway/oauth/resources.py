"""What a token is to be good for (RFC 8707): the names of this API, and no other's."""

from collections.abc import Collection

from gateway.oauth.authority import Authority, audiences
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form


def asked(authority: Authority, form: Form) -> tuple[str, ...]:
    """The resources a request names, as we spell them. Raises OauthError for one that is not ours."""
    ours = audiences(authority.issuer)
    named = form.many("resource")
    if any(each not in ours for each in named):
        raise OauthError("invalid_target", "`resource` names nothing that tokens of this server are good for.")
    return tuple(dict.fromkeys(ours[each] for each in named))


def audience(authority: Authority, form: Form, granted: Collection[str]) -> tuple[str, ...]:
    """Whom a token is meant for: what the request names, else all that was granted. Raises OauthError."""
    named = asked(authority, form)
    if not set(named) <= set(granted):
        raise OauthError("invalid_target", "`resource` names more than was granted.")
    return named or tuple(granted)
