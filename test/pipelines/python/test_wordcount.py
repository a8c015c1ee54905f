import unittest

from wordcount import count


class CountTest(unittest.TestCase):
    def test_counts_words(self):
        self.assertEqual(count("one two  three"), 3)

    def test_nothing_has_no_words(self):
        self.assertEqual(count(""), 0)
