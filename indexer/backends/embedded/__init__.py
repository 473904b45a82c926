"""The embedded index: tantivy for words, numpy for meaning and for offers, files that several processes share.

On disk it is a *generation* (everything at one moment) and small *deltas* after it, both immutable, behind one
pointer file that is replaced atomically (`layout`). One process writes at a time (`writer`); any number read
(`reader`). It is disposable: the database is the truth, and a rebuild makes it anew.
"""

from indexer.backends.embedded.reader import EmbeddedIndex
from indexer.backends.embedded.writer import EmbeddedWriter

__all__ = ["EmbeddedIndex", "EmbeddedWriter"]
