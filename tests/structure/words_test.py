"""Shows that words.py finds each of its patterns, where it looks, and what it leaves alone."""

import re
import unittest

import words

# A sentence for each pattern, in the order of words.PATTERNS.
EXAMPLES = [
    "What a test writes is in the report.",
    "Neither the file nor the folder changes.",
    "Has a run know it, and run what the options want of it.",
    "Whoever is free gets the next batch.",
    "Nobody waits: nothing more is fetched.",
    "Run in so many sandboxes.",
    "The cost of sandboxes that live for so long.",
    "Tests that stand no other beside them.",
    "The number that stands behind it.",
    "The script lies in a folder of the user.",
    "The time over that which counted.",
    "That is none of its concern.",
    "Sandboxes of a run that died.",
    "In case of need it asks again, in case of need twice.",
    "A configuration that works as it stands.",
    "An unknown key is no error.",
    "The run comes to its end.",
    "The flag beats the key.",
    "A reader heeds the order.",
    "A key that it warns of.",
    "Not in the midst of a word.",
    "Prints a line a test.",
]
GOOD = [
    "What is a sandbox?",
    "There is no report, and it is no longer needed.",
    "So many that they do not fit.",
    "A test stands for itself. Each group has a test of its own.",
    "The reader says what is wrong.",
]


def found(name, text):
    return [f"{line}: {phrase}" for line, phrase, _ in words.findings(name, text)]


class WordsTest(unittest.TestCase):
    def test_each_pattern_is_found(self):
        self.assertEqual(len(EXAMPLES), len(words.PATTERNS))
        for example, (pattern, _) in zip(EXAMPLES, words.PATTERNS):
            self.assertRegex(example, pattern)
            self.assertTrue(found("docs/a.md", f"line\n{example}\n"), example)
            self.assertTrue(found("src/a.cpp", f"/// {example}\n"), example)

    def test_plain_sentences_are_left_alone(self):
        for good in GOOD:
            self.assertEqual(found("docs/a.md", good), [], good)

    def test_pages_are_read_without_headings_and_code(self):
        self.assertEqual(found("docs/a.md", "# What is recorded\n```\nWhat is it\n```\n"), [])
        self.assertEqual(found("docs/a.md", "| key | What it is |\n- What is\n"),
                         ["1: What", "2: What"])

    def test_comments_are_read_as_one_text(self):
        comment = "/// A test that\n/// died. What\n/// it wrote is lost.\nint a;  ///< What it is\n"
        self.assertEqual(found("src/a.hpp", comment), ["2: What", "1: that died", "4: What"])
        self.assertEqual(found("src/a.py", '# A\n# key\nx = 1  # What it is\n"""What it does."""\n'),
                         ["3: What", "4: What"])

    def test_messages_are_read_and_code_is_not(self):
        message = 'auto What = fail("the key is no number");'
        self.assertEqual(found("src/a.cpp", message), ["1: is no "])
        self.assertEqual(found("src/a.cpp", "bool has_died = What || as_it_stands;"), [])

    def test_some_files_are_not_for_it(self):
        for name in ("src/a.cpp", "include/offload/core/a.hpp", "docs/a.md", "README.md"):
            self.assertTrue(words.is_checked(name), name)
        for name in ("docs/style.md", "CHANGELOG.md", "tests/a.cpp", "src/sources.cmake"):
            self.assertFalse(words.is_checked(name), name)

    def test_each_finding_says_what_to_write(self):
        for pattern, instead in words.PATTERNS:
            self.assertTrue(instead and re.compile(pattern))


if __name__ == "__main__":
    unittest.main()
