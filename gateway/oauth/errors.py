"""OAuth's own refusals (RFC 6749 §4.1.2.1, §5.2, RFC 7591 §3.2.2): `error` and `error_description`, in JSON.

Whatever is no matter of OAuth (a wrong method, a database that is gone) is a problem as everywhere else.
"""

from collections.abc import Mapping

from rest_adapter.answer import Answer, Headers
from rest_adapter.wire import dumps

STATUS: Mapping[str, int] = {
    "invalid_request": 400,
    "invalid_client": 401,
    "invalid_grant": 400,
    "unauthorized_client": 400,
    "unsupported_grant_type": 400,
    "invalid_scope": 400,
    "invalid_target": 400,
    "unsupported_response_type": 400,
    "access_denied": 400,
    "invalid_redirect_uri": 400,
    "invalid_client_metadata": 400,
}
_ASK_WHO = (("WWW-Authenticate", 'Basic realm="crm-gateway", charset="UTF-8"'),)


class OauthError(Exception):
    """`error` is one of STATUS; `description` is a sentence that names nothing secret."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description

    def answer(self) -> Answer:
        status = STATUS[self.error]
        headers: Headers = _ASK_WHO if status == STATUS["invalid_client"] else ()
        return Answer(status, dumps({"error": self.error, "error_description": self.description}), headers=headers)
