"""Where an answer may be sent: what may be registered, and what equals what was registered (RFC 8252, RFC 9700 §2.1).

Equality is of the characters, whole; only the port of a loopback address is the app's to choose each time.
"""

import re
from urllib.parse import urlsplit

MAX_LENGTH = 2_000

# RFC 3986's characters, less the `*` that some read as a wildcard and the `#` of a fragment.
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+", re.ASCII)
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]{1,5})?((?:[/?].*)?)", re.ASCII)
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+", re.ASCII)


def check(uri: str) -> None:
    """Raises ValueError with the end of a sentence where an app may not be answered there."""
    if len(uri) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH:,} characters")
    if not _PLAIN.fullmatch(uri):
        raise ValueError("must be a plain URI: no wildcard, no fragment, no space")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port  # which is read when it is asked for
    except ValueError:
        raise ValueError("is not a URI") from None
    if "@" in parts.netloc:
        raise ValueError("must not name a user")
    if _LOOPBACK.fullmatch(uri) or (uri.startswith("https://") and host):
        return
    if not _PRIVATE_SCHEME.fullmatch(parts.scheme) or not uri.startswith(f"{parts.scheme}:/"):
        raise ValueError(
            "must begin with https://, with http:// on a loopback address, or with a scheme such as com.example.app:/"
        )


def whole(registered: str, issuer: str) -> str:
    """A registered address in full: a path alone, which only we ourselves can have registered, is the issuer's own."""
    return f"{issuer}{registered}" if registered.startswith("/") else registered


def matches(registered: str, given: str) -> bool:
    """Whether an answer for `registered` may go to `given`."""
    if registered == given:
        return True
    one, other = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(given)
    return one is not None and other is not None and one.groups() == other.groups() and _is_fit(given)


def place(uri: str, issuer: str) -> str:
    """Where an answer goes, as people are told it: a page of ours, a host, or an app on their own device."""
    if uri.startswith(f"{issuer}/"):
        return "a page of this server"
    if _LOOPBACK.fullmatch(uri):
        return "an app on this computer"
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme == "https" else f"the app {parts.scheme} on this device"


def with_parameters(uri: str, query: str) -> str:
    """The address with more parameters after its own."""
    return f"{uri}{'&' if '?' in uri else '?'}{query}"


def _is_fit(uri: str) -> bool:
    try:
        check(uri)
    except ValueError:
        return False
    return True
