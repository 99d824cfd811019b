"""uvicorn's HTTP protocol with what it lacks: deadlines for what a client sends, and problems for what is no HTTP.

Left alone, a connection whose request never finishes stays open for ever, and so does one whose answer is never read.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from crm.kit import problems
from crm.kit.errors import Malformed
from gateway.trace import trace_id
from rest_adapter.problems import answer

HEAD_SECONDS = 10.0
"""From the first byte, or from the connection, to the end of the headers."""

MESSAGE_SECONDS = 60.0
"""From the headers to the last byte of the body. Those that read a body have their own, shorter one."""

LINGER_SECONDS = 10.0
"""How long a connection that is being closed may take to carry off what was written to it."""


class Protocol(HttpToolsProtocol):
    """For uvicorn's `http=`. The lifespan's state may hold `problem_base`, the address of the problem pages."""

    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._within(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None:
            self._within(HEAD_SECONDS)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._within(MESSAGE_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._in_time()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        self._late()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  the parser's words, of no use to a client
        self.transport.write(_not_http(self.app_state.get("problem_base", problems.DEFAULT_BASE)))
        self._late()

    def _within(self, seconds: float) -> None:
        self._in_time()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        """Close; and end the connection where its client does not take what is still unsent."""
        self._in_time()
        if not self.transport.is_closing():
            self.transport.close()
        self._deadline = self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def _not_http(base: str) -> bytes:
    """What is told to a client whose bytes are no HTTP request: there is no path to speak of."""
    name = trace_id(())
    told = answer(Malformed("This is not a valid HTTP request."), base=base, instance="/", trace_id=name)
    headers = {
        "content-type": told.media_type,
        "content-length": str(len(told.body)),
        "x-trace-id": name,
        "connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[told.status] + lines.encode("latin-1") + b"\r\n" + told.body
