"""Which of two media types a client would rather have (RFC 9110 §12.5.1)."""


def prefers(one: str, other: str, accept: str) -> bool:
    """Whether `accept` asks for `one` more than for `other`; where it does not care, it does not."""
    ranges = dict(_range(each) for each in accept.lower().split(",") if each.strip())
    return _weight(one, ranges) > _weight(other, ranges)


def _range(text: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip() for part in text.split(";"))
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            return media_type, _quality(value.strip())
    return media_type, 1.0


def _quality(text: str) -> float:
    """A q-value; one that is no number counts for nothing."""
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(media_type: str, ranges: dict[str, float]) -> float:
    """The weight of the most specific range that covers the type."""
    family = media_type.partition("/")[0]
    for pattern in (media_type, f"{family}/*", "*/*"):
        if pattern in ranges:
            return ranges[pattern]
    return 0.0
