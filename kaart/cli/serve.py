"""`kaart serve`, `kaart worker` and `kaart tick`."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer
import uvicorn

from kaart.bootstrap import Application, shared_application
from kaart.cli.database import prepare
from kaart.cli.output import TO_LOOK_AT, console, told
from kaart.cli.report import show_rebuild
from kaart.logs import configure_logs
from kaart.settings import PREFIX, load_settings
from kaart.tick import Tick
from kaart.worker import Worker


def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on (KAART_PORT).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (KAART_HOST).")] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave background work to `kaart worker`.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
    prepare_first: Annotated[bool, typer.Option("--prepare", help="First do what `kaart init --quick` does.")] = False,
) -> None:
    """Serve the site and the API, with the background work in a thread."""
    # Several processes are started by uvicorn anew, so what the command line says reaches them as settings.
    for name, value in (("PORT", port), ("HOST", host), ("BACKGROUND_WORK", "false" if no_worker else None)):
        if value is not None:
            os.environ[f"{PREFIX}{name}"] = str(value)
    settings = load_settings()
    application = shared_application(settings)
    if prepare_first:
        prepare(application, quick=True)
    application.check_migrated()
    shown = "localhost" if settings.host in {"127.0.0.1", "0.0.0.0"} else settings.host  # noqa: S104  only shown
    console.print(f"The site is at http://{shown}:{settings.port}/ (stop with Ctrl-C)")
    try:
        uvicorn.run(
            "kaart.asgi:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=processes,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
        )
    except SystemExit as end:
        # A port in use: uvicorn has said so in the log; its own exit codes mean something else here.
        raise typer.Exit(TO_LOOK_AT if end.code else 0) from end


def worker() -> None:
    """Bring changes to the index and do what is due, until stopped (for production, beside `serve --no-worker`)."""
    settings = load_settings()
    configure_logs(settings.log_level)
    application = Application(settings)
    application.check_migrated()
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    console.print("Working; stop with Ctrl-C.")
    Worker(Tick(application), interval=settings.worker_interval).run(stop)


def tick() -> None:
    """Do once what is due: bring all waiting changes to the index and clean up. Safe to run at any time.

    Exit code 1: an index does not answer, a change was set aside, or a merge had to leave a text out.
    """
    settings = load_settings()
    application = Application(settings)
    application.check_migrated()
    report = Tick(application).run()
    console.print(f"{report.delivered} changes brought to the index.")
    if report.set_aside:
        console.print(f"{report.set_aside} changes were refused and set aside: see `kaart index status`.")
    for rebuilt in report.rebuilt:
        show_rebuild(rebuilt)
    for target, code in report.stopped.items():
        console.print(f"{target or 'index'}: {told(code)}", markup=False, soft_wrap=True)
    raise typer.Exit(TO_LOOK_AT if report.set_aside or report.stopped or report.left_out else 0)
