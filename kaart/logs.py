"""Logs: one JSON object a line on standard error, without anything personal.

A request is logged with its route (the pattern, not the address), method, status and duration. Search words,
query strings, addresses of visitors and cookies never reach a log: they are not given to it, and what a library
might log of them is turned down to warnings.
"""

from __future__ import annotations

import logging
import sys

import structlog

#: Whose lines are wanted from the chosen level on. Every other logger speaks from warnings on only: libraries write
#: whole addresses with their query strings at lower levels.
_OURS = ("api", "data_sources", "indexer", "kaart", "matching", "web", "uvicorn.error")


def configure_logs(level: str) -> None:
    """Send structlog and the standard library's logging to one JSON stream from this level on."""
    threshold = getattr(logging, level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(threshold, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(threshold)
    logging.getLogger("uvicorn.access").disabled = True
