"""Due work: only calls the rooms. Safe to run at any time, by several processes, and after days down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from indexer.drain import DrainReport
from indexer.rebuild import RebuildReport
from kaart.bootstrap import Application
from kaart.domain.clock import utc_now
from kaart.errors import UnavailableError
from kaart.store.lease import Leases

#: Delivered rows of the outbox are kept this long, so that an operator can see what went by.
KEEP_DELIVERED = timedelta(days=7)
#: Cleaning up is done at most this often.
UPKEEP_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class TickReport:
    """What a run did, all indexes together; `stopped` names the indexes that could not go on, with the error's code.

    `rebuilt` holds the indexes that were merged, with the texts that had to be left out.
    """

    delivered: int
    set_aside: int
    stopped: Mapping[str, str]
    rebuilt: tuple[RebuildReport, ...] = ()

    @property
    def left_out(self) -> bool:
        """Whether a merge had to leave a text out."""
        return any(report.rejected for report in self.rebuilt)


@dataclass(slots=True)
class Tick:
    """The due work of one installation."""

    application: Application
    _cleaned_at: float = float("-inf")

    @property
    def leases(self) -> Leases:
        """Who may do the background work."""
        return self.application.store.leases

    def drain(self) -> DrainReport:
        """Bring one batch of waiting changes to every index."""
        return self.application.drain.run_once()

    def upkeep(self) -> tuple[RebuildReport, ...]:
        """Merge and clean up, if it is time; called when there is nothing else to do. Tells what was merged."""
        now = utc_now()
        if now.timestamp() - self._cleaned_at >= UPKEEP_EVERY.total_seconds():
            targets = [writer.name for writer in self.application.writers]
            self.application.store.outbox.prune(targets, now - KEEP_DELIVERED)
            self.application.gaps.flush()
            self._cleaned_at = now.timestamp()
        # Last, since an engine that does not answer raises here: cleaning up must not wait for it.
        merging = (writer for writer in self.application.writers if writer.needs_merge)
        return tuple(self.application.rebuild(writer) for writer in merging)

    def run(self) -> TickReport:
        """Do everything that is due, once.

        An index that does not answer is told in the report; a change that an index refuses is tried until it is set
        aside, so that what stands behind it is done too. Raises `UnavailableError` when the database does not answer.
        """
        delivered = 0
        set_aside = 0
        while True:
            targets = self.drain().targets
            delivered += sum(target.delivered for target in targets)
            set_aside += sum(len(target.set_aside) for target in targets)
            if not any(target.delivered or target.failed for target in targets):
                break
        stopped = {target.target: target.stopped for target in targets if target.stopped}
        self._cleaned_at = float("-inf")
        rebuilt: tuple[RebuildReport, ...] = ()
        try:
            rebuilt = self.upkeep()
        except UnavailableError as error:
            if not stopped:
                stopped[""] = error.code
        return TickReport(delivered, set_aside, stopped, rebuilt)
