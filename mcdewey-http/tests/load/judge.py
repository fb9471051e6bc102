"""Whether the answers of a server that commits meanwhile each come from one state of the index.

The library is that of library.py: its bulletins say everywhere which edition they are of, and all
are of the same edition whenever they are indexed. So these are signs of a mixed answer:

- its hits show two editions, or a hit shows one in its title and another in its text;
- its hits show another edition than the `generation` it names has;
- it names an older generation than an earlier answer on the same connection.
"""

import re
from bisect import bisect_left

EDITION = re.compile(r"\bedition (\d+)")


def editions_of(hit):
    """The editions that a hit of a bulletin shows; of other documents there are none to show."""
    if hit["document"] != "bulletin":
        return set()
    said = [hit["document_title"], *hit["heading_path"], hit["text"]]
    # Every passage says it; one that does not was put together wrongly.
    return set(EDITION.findall("\n".join(said))) or {"none"}


class Judge:
    """Keeps what tells mixed answers from others, of any number of answers."""

    def __init__(self):
        self.n_witnesses = 0
        self.complaints = []
        self._newest = {}
        self._editions = {}

    def hear(self, connection, answer):
        """An answer to a search, in the order in which they came on its connection."""
        generation, hits = answer["generation"], answer["hits"]
        newest = self._newest.get(connection, 0)
        if generation < newest:
            self.complaints.append(f"generation {generation} after {newest} on one connection")
        self._newest[connection] = max(generation, newest)
        shown = [editions_of(hit) for hit in hits]
        # Only two bulletins in an answer, or more, can contradict each other.
        self.n_witnesses += sum(bool(editions) for editions in shown) > 1
        editions = set().union(*shown)
        if len(editions) > 1:
            self.complaints.append(f"editions {sorted(editions)} in generation {generation}")
        self._editions.setdefault(generation, set()).update(editions)

    @property
    def generations(self):
        return sorted(self._editions)

    def compare(self, commits):
        """Holds what was seen against `commits`: the last generation that each re-index made, and
        the edition it found. A re-index may make several; all of them hold what it found."""
        commits = sorted(commits)
        last = [generation for generation, _ in commits]
        for generation, shown in sorted(self._editions.items()):
            at = bisect_left(last, generation)
            expected = str(commits[at][1]) if at < len(commits) else "unknown"
            if shown - {expected}:
                self.complaints.append(
                    f"editions {sorted(shown)} in generation {generation}, which is of edition {expected}"
                )
