"""The connection to Elasticsearch, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, TransportError

from kaart.errors import UnavailableError

#: A connection that the server closed while it lay idle is found only on use: such a request is sent once more.
#: Never after a timeout, since the person has then waited long enough.
_RETRIES: Final = 1

#: What the engine says when a disk passed its last watermark and it refuses writes.
_DISK_FULL: Final = "flood-stage"


def connect(url: str, api_key: str = "", timeout: float = 2.0) -> Elasticsearch:
    """A client of the server at `url`; nothing is sent yet. `timeout` in seconds holds for each request."""
    return Elasticsearch(
        url,
        api_key=api_key or None,
        request_timeout=timeout,
        max_retries=_RETRIES,
        retry_on_timeout=False,
        retry_on_status=(),
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the client raises into `UnavailableError`.

    ``elasticsearch_unreachable``: no answer, or not in time, or the cluster is not able to. ``index_missing``: the
    index is not there. ``elasticsearch_full``: no disk space left. ``elasticsearch_refused``: it answered that it
    will not (key, version, a setting of the cluster), with the status and its reason.
    """
    try:
        yield
    except TransportError as error:
        raise UnavailableError("elasticsearch_unreachable", reason=type(error).__name__) from error
    except ApiError as error:
        raise unavailable(error.status_code, _cause(error)) from error


def unavailable(status: int, cause: Mapping[str, Any]) -> UnavailableError:
    """The error for a status and the engine's own `error` object."""
    kind, reason = str(cause.get("type", "")), str(cause.get("reason", ""))
    if kind == "index_not_found_exception":
        return UnavailableError("index_missing")
    if kind == "cluster_block_exception" and _DISK_FULL in reason:
        return UnavailableError("elasticsearch_full")
    if status >= 500 or status == 429:
        return UnavailableError("elasticsearch_unreachable", reason=f"{status} {kind}".strip())
    return UnavailableError("elasticsearch_refused", status=status, reason=kind or reason)


def _cause(error: ApiError) -> Mapping[str, Any]:
    body = error.body
    cause = body.get("error") if isinstance(body, Mapping) else None
    return cause if isinstance(cause, Mapping) else {"reason": str(cause or error.message)}
