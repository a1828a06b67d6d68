"""Which comments begin a thread, and which reply to whom: a pattern that repeats, so that nothing is ever walked.

Comments are numbered in the order of their dates and come in blocks. Within a block a pattern says who replies to
whom; a few places of every block reply to the first comment of a block far back, which so gets hundreds of replies.
"""

from bisect import bisect_left

from emulator.universe.draws import Draws

BLOCK = 64
_CROWD = 64
"""Blocks whose `_FAR` places reply to the first comment of the first of them."""

_FAR = (15, 31, 47, 63)
_FAR_BITS = sum(1 << place for place in _FAR)


class Threads:
    """The threads below one video."""

    def __init__(self, draws: Draws) -> None:
        words = [draws.below(1 << BLOCK) for _ in range(2)]
        answers = draws.pick((0, words[0] & words[1], words[0] & words[1], words[0])) & ~_FAR_BITS & ~1
        self._tops = [place for place in range(BLOCK) if not (answers | _FAR_BITS) >> place & 1]
        self._parents = {}
        self._children: dict[int, list[int]] = {top: [] for top in self._tops}
        for place in range(BLOCK):
            if answers >> place & 1:
                # those who came first are answered most
                nth = int(bisect_left(self._tops, place) * draws.fraction() ** 3)
                self._parents[place] = self._tops[nth]
                self._children[self._tops[nth]].append(place)
        self._favourites = sorted(self._tops, key=lambda top: -len(self._children[top]))

    def parent(self, number: int) -> int:
        """The comment that this one replies to; itself if it begins a thread."""
        block, place = divmod(number, BLOCK)
        if place in _FAR:
            return block // _CROWD * _CROWD * BLOCK
        return block * BLOCK + self._parents.get(place, place)

    def replies(self, thread: int, total: int) -> list[int]:
        """The replies among the first `total` comments, oldest first."""
        block, place = divmod(thread, BLOCK)
        found = [block * BLOCK + child for child in self._children[place]]
        if place == 0 and block % _CROWD == 0:
            found += [crowded * BLOCK + far for crowded in range(block, block + _CROWD) for far in _FAR]
            found.sort()
        return found[: bisect_left(found, total)]

    def count(self, total: int) -> int:
        """How many of the first `total` comments begin a thread."""
        whole, rest = divmod(total, BLOCK)
        return whole * len(self._tops) + bisect_left(self._tops, rest)

    def nth(self, nth: int) -> int:
        """The comment that begins a thread, counted from 0 in the order of time."""
        block, place = divmod(nth, len(self._tops))
        return block * BLOCK + self._tops[place]

    def favourite(self, nth: int, total: int) -> int:
        """The comment that begins a thread, counted from the most to the least relevant of the first `total`."""
        block, place = divmod(nth, len(self._tops))
        present = [top for top in self._favourites if block * BLOCK + top < total]
        return block * BLOCK + present[place]
