"""`kaart init`, `upgrade`, `backup` and `restore`."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kaart.bootstrap import Application
from kaart.cli.building import Built, build
from kaart.cli.output import TO_LOOK_AT, WRONG_USE, console, progress
from kaart.cli.report import show_ingest
from kaart.editorial.check import check_content
from kaart.errors import InvalidInputError
from kaart.keys import create_master_key, read_key_copy
from kaart.settings import load_settings
from kaart.store.dump import dump, load
from kaart.store.migrate import upgrade as migrate


def init(
    quick: Annotated[
        bool, typer.Option("--quick", help="Look only whether anything changed; do nothing if not.")
    ] = False,
) -> None:
    """Prepare everything: key, database, default catalogue, index. Safe to run again, and to stop.

    What is up to date already is passed over. Broken content is refused before anything is written.
    Exit code 1, save with --quick: a text was left out of an index, or an index does not answer.
    """
    built = prepare(Application(load_settings()), quick=quick)
    # `--quick` stands before the start of a site, which must not wait for what it can do without.
    raise typer.Exit(0 if built.whole or quick else TO_LOOK_AT)


def prepare(application: Application, *, quick: bool) -> Built:
    """What `kaart init` does; `kaart serve --prepare` does it too.

    Raises `UnavailableError` when no index can serve.
    """
    if quick and application.is_content_loaded():
        work = application.index_work()
        if not work.rebuilds:
            return build(application, (), work.silent)
    _refuse_broken_content(application)
    # The content is read before the first file is made: a mistake in it leaves an empty folder empty.
    _ = application.knowledge
    _ = application.master_key
    migrate(application.engine)
    with progress("Loading the default catalogue") as report:
        reports = application.load_catalogue(report)
    show_ingest(done for done in reports if done.wrote or done.troubled or not quick)
    work = application.index_work()
    built = build(application, work.rebuilds, work.silent)
    with progress("Learning the example sentences") as report:
        application.matcher.prepare(report)
    application.note_prepared()
    return built


def _refuse_broken_content(application: Application) -> None:
    problems = check_content(application.settings.content)
    wrong = [problem for problem in problems if not problem.warning]
    for problem in wrong:
        console.print(problem.sentence("en"), markup=False, soft_wrap=True)
    if wrong:
        console.print(f"{len(wrong)} problems in the content. Nothing was written.")
        raise typer.Exit(WRONG_USE)


def upgrade() -> None:
    """Bring the database to this version's tables; then rebuild the index if its format changed.

    Exit code 1: a text had to be left out of an index, or an index does not answer.
    """
    application = Application(load_settings())
    revision = migrate(application.engine)
    console.print(f"The database is at revision {revision}.")
    work = application.index_work()
    raise typer.Exit(0 if build(application, work.rebuilds, work.silent).whole else TO_LOOK_AT)


def backup(
    target: Annotated[Path, typer.Argument(help="File to write, such as kaart-2026-11-23.jsonl.gz.", dir_okay=False)],
    keys: Annotated[
        Path | None, typer.Option(help="Write a copy of the master key here; keep it apart.", dir_okay=False)
    ] = None,
) -> None:
    """Copy the whole database into one file, while the site goes on. The master key is not in it.

    No file is overwritten, and the file has its name only when it is whole.
    """
    application = Application(load_settings())
    application.check_migrated()
    for path in (target, keys):
        if path is not None and path.exists():
            raise typer.BadParameter(f"{path} exists already and is not overwritten.")
        if path is not None and not path.absolute().parent.is_dir():
            raise typer.BadParameter(f"There is no folder {path.absolute().parent}.")
    master_key = application.master_key
    with (
        progress("Copying the database") as report,
        _new_file(target) as draft,
        gzip.open(draft, "wt", encoding="utf-8") as file,
    ):
        for line in dump(application.engine, report):
            file.write(line + "\n")
    console.print(f"{target}: {target.stat().st_size / 1024**2:.1f} MiB.", soft_wrap=True)
    if keys is not None:
        with _new_file(keys) as draft:
            draft.write_bytes(master_key)
        console.print(f"{keys}: the master key. Keep it apart from the backup.", soft_wrap=True)


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Give a draft beside `target`, for its owner only; at the end of the block it is on disk and gets its name.

    A file that came to stand there meanwhile is kept: `FileExistsError`. An error leaves no draft behind.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.absolute().parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        # A link fails where the name exists, renaming would overwrite.
        os.link(draft, target)
    finally:
        draft.unlink()


def restore(
    source: Annotated[Path, typer.Argument(help="File that `kaart backup` wrote.", exists=True, dir_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="Master key to put back.", exists=True, dir_okay=False)] = None,
) -> None:
    """Fill an empty installation from a backup and build its index.

    The key is put back only when the database is: a refused copy leaves everything as it was. Exit code 1: a text
    had to be left out of an index, or an index does not answer.
    """
    application = Application(load_settings())
    folder = application.settings.data_dir
    master_key = read_key_copy(folder, keys) if keys is not None else None
    migrate(application.engine)
    try:
        with progress("Filling the database") as report, gzip.open(source, "rt", encoding="utf-8") as file:
            rows = load(application.engine, file, report)
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise InvalidInputError("backup_cut_off") from error
    if master_key is not None:
        create_master_key(folder, master_key)
    _ = application.master_key
    console.print(f"{rows} rows are back.")
    raise typer.Exit(0 if build(application, application.writers).whole else TO_LOOK_AT)
