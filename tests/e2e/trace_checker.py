# SPDX-License-Identifier: MIT
"""Holds a trace against what its viewers take for granted, and reads it."""

import json
from collections import defaultdict

CLOSE = 0.002  # microseconds: sums of numbers with three digits behind the point


class Trace:
    """A checked trace.

    Every event has what its kind needs; every row and process has a name; what begins also ends;
    the slices of a row nest; arrows lead from one slice to another.
    """

    def __init__(self, text):
        self.events = json.loads(text)
        assert isinstance(self.events, list) and self.events
        self.names = {}
        self.rows = defaultdict(list)  # (pid, tid): [(begin, end, event)]
        self._read()
        for row, slices in self.rows.items():
            self._check_nesting(row, slices)
        self._check_names()
        self._check_arrows()

    def _read(self):
        open_slices = defaultdict(list)
        for event in self.events:
            phase, row = event["ph"], (event["pid"], event["tid"])
            assert isinstance(event["pid"], int) and isinstance(event["tid"], int)
            if phase == "M":
                self.names[(event["name"],) + row] = next(iter(event["args"].values()))
                continue
            assert phase in "BEXiCsf" and event["ts"] >= 0, event
            assert phase == "E" or event["name"], event
            assert phase in "EC" or event["cat"], event
            if phase == "B":
                open_slices[row].append(event)
            elif phase == "E":
                begun = open_slices[row].pop()
                self.rows[row].append((begun["ts"], event["ts"], begun))
            elif phase == "X":
                assert event["dur"] >= 0, event
                self.rows[row].append((event["ts"], event["ts"] + event["dur"], event))
            elif phase == "i":
                assert event["s"] in "tpg"
        assert not any(open_slices.values()), "what begins also ends"

    @staticmethod
    def _check_nesting(row, slices):
        above = []
        for begin, end, event in sorted(slices, key=lambda one: (one[0], -one[1])):
            assert end >= begin - CLOSE, event
            while above and above[-1] <= begin + CLOSE:
                above.pop()
            assert not above or end <= above[-1] + CLOSE, (row, event)
            above.append(end)

    def _check_names(self):
        assert self.names["process_name", 0, 0] == "Offload (Local)"
        for pid, tid in [(e["pid"], e["tid"]) for e in self.events if e["ph"] not in "MCsf"]:
            assert ("process_name", pid, 0) in self.names
            assert ("thread_name", pid, tid) in self.names

    def _check_arrows(self):
        starts = {e["id"]: e for e in self.events if e["ph"] == "s"}
        ends = {e["id"]: e for e in self.events if e["ph"] == "f"}
        assert starts.keys() == ends.keys()
        for one in [*starts.values(), *ends.values()]:
            slices = self.rows[one["pid"], one["tid"]]
            assert any(b - CLOSE <= one["ts"] <= e + CLOSE for b, e, _ in slices), one
        assert all(starts[n]["ts"] <= ends[n]["ts"] + CLOSE for n in starts)

    def slices(self, category=None, name=None):
        """The slices of a category, or of a name, as (begin, end, event), by time."""
        found = [
            one for slices in self.rows.values() for one in slices
            if (category is None or category in one[2]["cat"].split(","))
            and (name is None or one[2]["name"] == name)
        ]
        return sorted(found, key=lambda one: one[0])

    @property
    def results(self):
        """The outcomes of the attempts that count, by test, in the order of the attempts."""
        found = defaultdict(list)
        for _, _, event in self.slices("test"):
            found[event["name"]].append((event["args"]["attempt"], event["args"]["outcome"]))
        for attempts in found.values():
            numbers = [number for number, _ in sorted(attempts)]
            assert numbers == list(range(1, len(numbers) + 1)), attempts
        return {test: [outcome for _, outcome in sorted(all_)] for test, all_ in found.items()}

    def arrows(self, name):
        return [e for e in self.events if e["ph"] == "s" and e["name"] == name]

    def counter(self, name):
        return [next(iter(e["args"].values()))
                for e in self.events if e["ph"] == "C" and e["name"] == name]
