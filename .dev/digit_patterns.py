"""The patterns of digits in libphonenumber's tables, as automata."""
import collections
import functools

try:
    from re import _parser as sre
except ImportError:
    import sre_parse as sre


class Automaton:
    """Of a pattern of digits, classes, alternatives and repetitions; a state is a set of places in it."""

    def __init__(self, pattern):
        self.moves, self.skips, self.count = collections.defaultdict(list), collections.defaultdict(list), 0
        first, self.last = self.sequence(sre.parse(pattern))
        self.start = self.closed({first})

    def place(self):
        self.count += 1
        return self.count

    def sequence(self, items):
        first = last = self.place()
        for kind, value in items:
            begin, end = self.item(str(kind), value)
            self.skips[last].append(begin)
            last = end
        return first, last

    def item(self, kind, value):
        begin, end = self.place(), self.place()
        if kind == "LITERAL":
            self.moves[begin].append(({value - 48}, end))
        elif kind == "IN":
            digits = set()
            for part, bounds in value:
                if str(part) == "CATEGORY":
                    digits |= set(range(10))
                else:
                    low, high = bounds if str(part) == "RANGE" else (bounds, bounds)
                    digits |= set(range(low - 48, high - 47))
            self.moves[begin].append((digits, end))
        elif kind == "MAX_REPEAT":
            low, high, body = value
            at = begin
            for turn in range(int(high)):
                if turn >= low:
                    self.skips[at].append(end)
                inner, after = self.sequence(body)
                self.skips[at].append(inner)
                at = after
            self.skips[at].append(end)
        elif kind in ("BRANCH", "SUBPATTERN"):
            for alternative in value[1] if kind == "BRANCH" else [value[-1]]:
                inner, after = self.sequence(alternative)
                self.skips[begin].append(inner)
                self.skips[after].append(end)
        else:
            raise ValueError(f"a pattern with {kind}, which this script does not know")
        return begin, end

    def closed(self, places):
        places, todo = set(places), list(places)
        while todo:
            for place in self.skips[todo.pop()]:
                if place not in places:
                    places.add(place)
                    todo.append(place)
        return frozenset(p for p in places if p in self.moves or p == self.last)

    @functools.lru_cache(None)
    def after(self, state, digit):
        return self.closed({end for place in state for digits, end in self.moves.get(place, ()) if digit in digits})

    @functools.lru_cache(None)
    def verdict(self, state, left):
        """Whether all numbers that go on for `left` digits are of the pattern (True), none (False), or it depends (None)."""
        if not state:
            return False
        if left == 0:
            return self.last in state
        verdicts = {self.verdict(self.after(state, digit), left - 1) for digit in range(10)}
        return verdicts.pop() if len(verdicts) == 1 else None

    def sample(self, prefix, length, dice):
        """A number of that length that is of the pattern and begins so; None where there is none."""
        state, number = self.start, prefix
        for digit in prefix:
            state = self.after(state, int(digit))
        while len(number) < length:
            digits = [d for d in range(10) if self.verdict(self.after(state, d), length - len(number) - 1) is not False]
            if not digits:
                return None
            digit = dice.choice(digits)
            state, number = self.after(state, digit), number + str(digit)
        return number if len(number) == length and self.last in state else None

    def deciding(self, length):
        states = {self.start}
        for digits in range(length):
            if all(self.verdict(state, length - digits) is not None for state in states):
                return digits
            states = {self.after(state, digit) for state in states for digit in range(10)}
        return length


def lengths(description):
    """How many digits numbers of a kind may have."""
    return {n for n in description.possible_length or () if n > 0}


@functools.lru_cache(None)
def automaton(pattern):
    return Automaton(pattern)


def samples(metadata, kinds, prefix, dice, each=2):
    """National numbers of a country that begin so: some of every kind and length."""
    found = set()
    for description in filter(None, (getattr(metadata, kind) for kind in kinds)):
        if description.national_number_pattern:
            for length in lengths(description) or lengths(metadata.general_desc):
                if length >= len(prefix):
                    found |= {automaton(description.national_number_pattern).sample(prefix, length, dice) for _ in range(each)}
    return found - {None}
