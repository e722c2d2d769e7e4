"""Tell changes of a case, or of the cases of a list, to whoever may see them, as they happen.

What woke a watcher is only a hint. What changed is read from the store's feed, from where the
watcher stands, and each case anew by the same way, right and sight as any question about it: so
nothing is missed, nothing is told twice, and nobody sees more than they could ask for.
"""

from resolvers.watching.case import CaseChange, watch_case
from resolvers.watching.queue import QueueChange, watch_queue
from resolvers.watching.watchers import Watchers
from resolvers.watching.watching import Watching

__all__ = ["CaseChange", "QueueChange", "Watchers", "Watching", "watch_case", "watch_queue"]
