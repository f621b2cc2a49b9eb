#!/usr/bin/env python3
"""Compares the verdicts of a native test run with those of Offload, by their JUnit reports.

usage: compare_verdicts.py NATIVE.xml OFFLOAD.xml [--ids FORMAT] [--most N]

FORMAT says how a name in the native report becomes Offload's id: `{classname} {name}`, say. Without
it, the forms of pytest, nextest, vitest and ctest are tried, and the one that fits most is taken.
Ends with 0 when both have the same tests with the same verdicts, else with 1.
"""

import argparse
import re
import sys
from xml.etree import ElementTree

FORMATS = ["pytest", "{classname} {name}", "{classname} > {name}", "{name}"]


def outcome(case):
    skipped = case.find("skipped")
    if skipped is not None:
        return "not run" if skipped.get("type") == "offload.not_run" else "skipped"
    bad = case.find("failure") is not None or case.find("error") is not None
    return "failed" if bad else "passed"


def dotted(node_id):
    """`a/test_b.py::C::d[x/y]` as pytest's own report has it: `a.test_b.C.d[x/y]`."""
    path, bracket, rest = node_id.partition("[")
    path = re.sub(r"\.py(?=::|$)", "", path)
    return path.replace("::", ".").replace("/", ".") + bracket + rest


def native_id(case, form):
    classname, name = case.get("classname") or "", case.get("name") or ""
    if form == "pytest":
        return ".".join(part for part in (classname, name) if part)
    return form.format(classname=classname, name=name)


def verdicts(cases):
    """The verdict of each id; attempts of one id are taken together."""
    attempts = {}
    for name, case in cases:
        attempts.setdefault(name, []).append(outcome(case))
    return {
        name: ("flaky" if "failed" in all_of else "passed") if "passed" in all_of
        else "failed" if "failed" in all_of else all_of[-1]
        for name, all_of in attempts.items()
    }


def show(title, lines, most):
    if lines:
        print(f"{title}: {len(lines)}")
        for line in lines[:most]:
            print(f"  {line}")
        if len(lines) > most:
            print(f"  ... and {len(lines) - most} more")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("native")
    parser.add_argument("offload")
    parser.add_argument("--ids", metavar="FORMAT")
    parser.add_argument("--most", type=int, default=20, help="names to show of each kind (20)")
    given = parser.parse_args()
    native_cases = list(ElementTree.parse(given.native).getroot().iter("testcase"))
    offload_cases = list(ElementTree.parse(given.offload).getroot().iter("testcase"))
    by_form = {}
    for form in [given.ids] if given.ids else FORMATS:
        shaped = dotted if form == "pytest" else str
        ours = verdicts((shaped(case.get("name") or ""), case) for case in offload_cases)
        theirs = verdicts((native_id(case, form), case) for case in native_cases)
        by_form[form] = (len(ours.keys() & theirs.keys()), theirs, ours)
    form = max(by_form, key=lambda each: by_form[each][0])
    common, theirs, ours = by_form[form]

    differing = [f"{name}: {theirs[name]} natively, {ours[name]} with Offload"
                 for name in sorted(ours.keys() & theirs.keys())
                 if theirs[name] != ours[name] and {theirs[name], ours[name]} != {"passed", "flaky"}]
    flaky = sorted(name for name in ours if ours[name] == "flaky" or theirs.get(name) == "flaky")
    only_native = sorted(theirs.keys() - ours.keys())
    only_offload = sorted(ours.keys() - theirs.keys())
    show("Only the native run has", only_native, given.most)
    show("Only Offload has", only_offload, given.most)
    show("Verdicts that differ", differing, given.most)
    show("Flaky (no difference, but look at them)", flaky, given.most)
    same = not (only_native or only_offload or differing) and common > 0
    print(f"{common} tests in both: " + ("all agree" if same else "they do not agree"))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
