# SPDX-License-Identifier: MIT
# needs: browser
"""`offload run --html`: the page of a run, looked at in a real browser."""

import re
import shutil
import time
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from playwright.sync_api import expect, sync_playwright

from cli_helpers import shell_tests, write_config
from conftest import Project

SHOP = """
def price_of(item):
    return {"tea": 3, "milk": 2}[item]


def total(items, discount):
    check(discount)
    return sum(map(price_of, items))


def check(discount):
    if discount > 50:
        raise ValueError("the discount is too high")
"""
TESTS = r"""
import os
import pytest
from shop import total

HOSTILE = ["</script><script>window.owned = 1</script>", "<img src=x onerror='window.owned = 1'>",
           "\"quotes' & <b>tags</b>", "\x1b[31mred", "\u202eturned", "ünï \u2603", "{{data}}"]


@pytest.mark.parametrize("items", range(12))
def test_total(items):
    assert total(["tea"] * items, 0) == 3 * items


@pytest.mark.parametrize("discount", [60, 70, 80])
def test_discount(discount):
    print("about to take off", discount)
    total(["tea"], discount)


def test_flaky():
    print("\x1b[31mred\x1b[0m \x1b]0;title\x07plain \x00\udcff".encode("utf-8", "replace").decode())
    first = not os.path.exists("seen")
    open("seen", "w").close()
    assert not first, "the server was not ready"


@pytest.mark.skip(reason="needs a database")
def test_skipped():
    pass


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text):
    print(text)
    assert "<" not in text, text


def test_writes_much():
    os.makedirs("out", exist_ok=True)
    open("out/a file #1.txt", "w").close()
    print("y" * 300000)
    assert False, "after much output"
"""
ONLY_BEFORE = """
def test_is_fixed():
    assert False


def test_breaks():
    pass


def test_goes():
    pass
"""
ONLY_NOW = """
def test_is_fixed():
    pass


def test_breaks():
    assert 1 == 2


def test_is_new():
    pass
"""


def new_project(factory, name):
    return Project(factory.mktemp(name))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The page of a second run of a pytest suite."""
    project = new_project(tmp_path_factory, "page")
    project.write("shop.py", SHOP)
    project.write("test_shop.py", TESTS)
    project.write("test_changes.py", ONLY_BEFORE)
    project.configure(max_parallel=2, groups={"all": {"retry_count": 1}},
                      report={"download_globs": ["out/*.txt"]})
    project.offload("run")
    assert not (project.folder / "test-results" / "report.html").exists(), "it was not asked for"
    project.write("test_changes.py", ONLY_NOW)
    (project.folder / "seen").unlink()
    shutil.rmtree(project.folder / "__pycache__", ignore_errors=True)
    run = project.offload("run", "--html")
    assert run.code == 1 and "Page written to test-results/report.html" in run.err, run
    yield project.folder / "test-results" / "report.html"
    project.close()


@pytest.fixture(scope="module")
def big_report(tmp_path_factory):
    """Of 10,000 tests, 200 of which fail and are tried again."""
    project = new_project(tmp_path_factory, "big")
    project.write("run.sh", """\
        echo "1..$#"
        for test; do
          echo "# Subtest: $test"
          case $test in
            *77 | *33) printf 'not ok 1 - %s\\n  ---\\n  message: refused by host %s\\n  ...\\n' "$test" "$test" ;;
            *) echo "ok 1 - $test" ;;
          esac
        done
        """)
    write_config(project, discover="seq -f 'services/accounts/test_api.py::test_case_%05g' 10000 # {filters}",
                 run="sh run.sh {tests}", result_format="tap", offload={"max_parallel": 50},
                 groups={"all": {"retry_count": 1}})
    run = project.offload("run", "--html", "page.html")
    assert run.code == 1 and "Page written to page.html" in run.err, run.err[-2000:]
    yield project.folder / "page.html"
    project.close()


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None and "ID=ubuntu\n" in Path("/etc/os-release").read_text():
        pytest.skip("Ubuntu has Chromium as a snap only, and there is no google-chrome")
    assert path, "there is no chromium: install it"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser):
    """Opens a page; at the end of the test, nothing may have gone wrong in it."""
    contexts, wrong = [], []

    def opened(file, fragment="", ready="html[data-ready]", **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: request.url.split("#")[0] in (file.as_uri(), "data:,")
                or request.url.startswith("data:") or wrong.append(request.url))
        page.goto(file.as_uri() + fragment)
        page.wait_for_selector(ready)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def shown_tests(page):
    """The names in the list, as far as they are in the document."""
    return page.locator("#rows .name").all_inner_texts()


def close_dialog(page):
    """Closes the details of a test. The browser does that in its own time, and so it gives the
    focus back to where it was before."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("#test="))


def texts_of(page, selector):
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def path_of(link):
    """The file that a link leads to."""
    return Path(unquote(urlparse(link).path))


def test_it_says_what_failed_by_cause_and_opens_each_test(open_page, report):
    page = open_page(report)

    assert page.inner_text("h1") == "8 tests failed"
    cause = page.locator("details.cause", has_text="the discount is too high")
    assert cause.locator(".times").inner_text() == "3 tests"
    assert "raise ValueError" in cause.locator("pre").inner_text()
    assert "in check" in cause.locator(".where").inner_text()
    cause.locator("a.name", has_text="test_discount[70]").click()
    details = page.locator("dialog[open]")
    assert details.locator("h2").inner_text() == "test_shop.py::test_discount[70]"
    assert "Attempt 2: failed" in details.inner_text()
    assert "about to take off 70" in details.inner_text()
    assert "test_shop.py:" in details.locator(".facts").first.inner_text()
    close_dialog(page)


def test_links_lead_to_files_that_are_there(open_page, report):
    page = open_page(report)

    page.fill("#search", "test_writes_much")
    page.click(".row")

    links = [link.evaluate("each => each.href") for link in page.locator("dialog .links a").all()]
    artifact = [link for link in links if link.endswith("out/a%20file%20%231.txt")]
    assert artifact
    for link in links:
        assert path_of(link).is_file(), link
    said = page.locator("dialog pre").last.inner_text()
    assert re.search(r"\[\.\.\. \d+ bytes left out \.\.\.\]", said)


def test_whatever_a_test_is_called_or_says_is_only_text(open_page, report):
    page = open_page(report)

    page.fill("#search", "hostile[")

    names = shown_tests(page)
    assert "test_shop.py::test_hostile[</script><script>window.owned = 1</script>]" in names
    assert "test_shop.py::test_hostile[{{data}}]" in names
    assert not [name for name in names if "\x1b" in name or "\u202e" in name]
    for row in page.locator(".row").all():
        row.click()
        close_dialog(page)
    assert page.evaluate("window.owned") is None
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2


def test_terminal_colours_are_shown_and_other_sequences_are_not(open_page, report):
    page = open_page(report)

    page.click("#flaky a.name")

    out = page.locator("dialog pre:has(span.c31)").first
    assert out.locator("span.c31").inner_text() == "red"
    assert "title" not in out.inner_text() and "\u2400" in out.inner_text()


def test_a_flaky_test_has_both_sides(open_page, report):
    page = open_page(report)

    sides = texts_of(page, "#flaky .sides > li")

    assert len(sides) == 2
    assert sides[0].startswith("Attempt 1: failed") and "the server was not ready" in sides[0]
    assert sides[1].startswith("Attempt 2: passed")


def test_it_compares_with_the_run_before(open_page, report):
    page = open_page(report)

    changes = {}
    for box in page.locator("#changes details").all():
        box.evaluate("each => { each.open = true; }")
        changes[box.locator(".what").inner_text()] = texts_of(box, ".name")
    assert changes["newly failing"] == ["test_changes.py::test_breaks"]
    assert changes["fixed"] == ["test_changes.py::test_is_fixed"]
    assert changes["new"] == ["test_changes.py::test_is_new"]
    assert changes["gone"] == ["test_changes.py::test_goes"]
    assert len(changes["still failing"]) == 7
    page.select_option("#change", "newly failing")
    assert shown_tests(page) == ["test_changes.py::test_breaks"]


def test_search_and_filters_narrow_the_list(open_page, report):
    page = open_page(report)

    page.fill("#search", "SHOP total 1")
    assert shown_tests(page) == [f"test_shop.py::test_total[{n}]" for n in (1, 10, 11)]
    page.fill("#search", "too high")  # a reason
    assert len(shown_tests(page)) == 3
    page.fill("#search", "")
    page.click("#verdicts >> text=skipped")
    assert shown_tests(page) == ["test_shop.py::test_skipped"]
    page.click("#verdicts >> text=flaky")
    assert len(shown_tests(page)) == 2
    assert page.inner_text("#shown") == "2 of 28"
    page.fill("#search", "there is no such test")
    assert "No test is like that" in page.inner_text("#list")


def test_it_is_read_by_keyboard_alone(open_page, report):
    page = open_page(report)

    page.keyboard.press("/")
    page.keyboard.type("discount")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    title = page.locator("dialog[open] h2")
    expect(title).to_have_text("test_shop.py::test_discount[70]")
    assert page.evaluate("location.hash").startswith("#test=")
    close_dialog(page)
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator(".row[aria-selected=true]")).to_contain_text("[70]")
    page.focus("#chart")
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    said = page.locator("#chart-says")
    expect(said).to_have_text(re.compile(r"test_\w+\.py::.* after .*, batch \d+"))
    page.keyboard.press("Enter")
    expect(title).to_be_visible()
    assert title.inner_text() in said.inner_text()


def test_an_address_leads_to_a_test(open_page, report):
    first = open_page(report)
    first.click("a.name >> text=test_breaks")

    page = open_page(report, fragment=first.evaluate("location.hash"))

    assert page.inner_text("dialog[open] h2") == "test_changes.py::test_breaks"


TESTS_IN_LANES = {"70,168,111", "58,150,98", "197,34,31"}  # good, each second good, bad
COLOURS_IN_LANES = """lanes => {
  const chart = document.getElementById('chart');
  const { data, width } = chart.getContext('2d').getImageData(0, 0, chart.width, chart.height);
  return Array.from({ length: lanes }, (_, lane) => {
    const from = width * (22 + 26 * lane + 12) * 4;
    const seen = new Set();
    for (let i = from; i < from + width * 4; i += 4) seen.add(data.slice(i, i + 3).join(','));
    return [...seen];
  });
}"""


def test_the_timeline_has_a_lane_for_each_sandbox(open_page, report):
    page = open_page(report)
    chart = page.locator("#chart")
    chart.scroll_into_view_if_needed()

    assert chart.get_attribute("data-lanes") == chart.get_attribute("data-drawn") == "2"
    for colours in page.evaluate(COLOURS_IN_LANES, 2):
        assert TESTS_IN_LANES & set(colours), colours
        assert "228,232,237" in colours  # idle
    page.click("#zoom-in")
    page.wait_for_selector("#chart:not([data-from='0'])")
    page.click("#zoom-fit")
    page.wait_for_selector("#chart[data-from='0']")
    page.click("#sandboxes summary")
    page.wait_for_selector("#sandboxes tbody tr")
    assert page.locator("#sandboxes tbody tr").count() == 2


def test_without_its_script_it_says_what_matters(open_page, report):
    page = open_page(report, ready="noscript p", java_script_enabled=False)

    assert page.inner_text("h1") == "8 tests failed"
    text = page.inner_text("main")
    for said in ("the discount is too high", "test_discount[60]", "Attempt 1: failed", "newly failing",
                 "</script><script>window.owned"):
        assert said in text
    assert not page.is_visible("#timeline") and not page.is_visible("#tests")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_window_in_both_schemes(open_page, report, scheme):
    page = open_page(report, viewport={"width": 360, "height": 700}, color_scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(245, 246, 248)", "dark": "rgb(15, 18, 22)"}[scheme]
    page.click("#failures a.name >> nth=0")
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= 360


def test_in_print_every_cause_is_open(open_page, report):
    page = open_page(report)

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("details.cause:not([open])").count() == 0
    assert page.is_visible("#failures pre >> nth=0") and not page.is_visible("#tests")


def test_what_did_not_run_stands_with_its_reason(open_page, project):
    shell_tests(project, "a_fail", "b", "c", offload={"max_parallel": 1})

    run = project.offload("run", "--fail-fast", "--html=there/is/a page.html")

    assert run.code == 1
    page = open_page(project.folder / "there" / "is" / "a page.html")
    assert "ended early" in page.inner_text("header")
    assert texts_of(page, "#not-run .name") == ["b", "c"]
    assert "a test has failed (--fail-fast)" in page.inner_text("#not-run h3")
    page.click("#failures a.name")
    for link in page.locator("dialog .links a").all():
        assert path_of(link.evaluate("each => each.href")).is_file()


def test_ten_thousand_tests_are_no_burden(open_page, big_report):
    assert big_report.stat().st_size < 6_000_000
    before = time.monotonic()
    page = open_page(big_report)
    loaded = time.monotonic() - before

    took = page.evaluate("""() => {
      const search = document.getElementById('search');
      const began = performance.now();
      search.value = '77';
      search.dispatchEvent(new Event('input'));
      document.getElementById('list').getBoundingClientRect();
      return performance.now() - began;
    }""")

    print(f"\n{big_report.stat().st_size / 1e6:.1f} MB, loaded in {loaded:.2f} s, a letter: {took:.0f} ms")
    assert page.locator("#chart").get_attribute("data-lanes") == "50"
    assert page.locator(".row").count() < 100
    assert page.inner_text("#shown").endswith(" of 10,000")
    assert page.locator("details.cause .times").first.inner_text() == "200 tests"
    page.click("text=and 150 more: show all")
    assert page.inner_text("#shown") == "200 of 10,000"
    page.select_option("#cause", "")
    page.focus("#list")
    page.keyboard.press("End")
    assert page.locator(".row[aria-selected=true]").get_attribute("aria-posinset") == "10000"
    assert page.locator(".row").count() < 100


def test_a_place_that_cannot_be_written_is_said_before_anything_runs(project):
    shell_tests(project, "a")
    project.write("file", "")

    run = project.offload("run", "--html", "file/page.html")

    assert run.code == 1 and "preparing the page" in run.err and not (project.folder / "ran.txt").exists()


def test_it_is_made_again_from_the_events_of_a_run(open_page, project):
    shell_tests(project, "a_fail", "b", "flaky", groups={"all": {"retry_count": 1}})
    project.offload("run", "--html=first.html", "--events", "events.jsonl")

    again = project.offload("report", "events.jsonl", "--html=again.html")

    assert "Page written to again.html" in again.err, again
    first, second = (open_page(project.folder / name) for name in ("first.html", "again.html"))
    assert texts_of(first, "main") == texts_of(second, "main")
    assert texts_of(first, "header time") == texts_of(second, "header time")
    second.click("#failures a.name")
    for link in second.locator("dialog .links a").all():
        assert path_of(link.evaluate("each => each.href")).is_file()


def test_a_page_of_an_earlier_run_does_not_stay(project):
    shell_tests(project, "a")
    page = project.folder / "test-results" / "report.html"
    project.offload("run", "--html")
    assert page.exists()

    project.offload("run")

    assert not page.exists()
