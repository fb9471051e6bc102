"""Says of judge.py that it finds what it is there to find: python -m unittest test_judge."""

import unittest

from judge import Judge


def hit(edition, text_edition=None, document="bulletin"):
    title = f"Acorn Gateway bulletin, edition {edition}"
    text = f"Open the port. This stands in edition {text_edition or edition}."
    return {"document": document, "document_title": title, "heading_path": [title], "text": text}


def answer(generation, *hits):
    return {"generation": generation, "hits": list(hits)}


class JudgeTest(unittest.TestCase):
    def setUp(self):
        self.judge = Judge()

    def assert_complaint(self, part, n_complaints=1):
        self.assertEqual(len(self.judge.complaints), n_complaints, self.judge.complaints)
        self.assertIn(part, self.judge.complaints[0])

    def test_answers_of_one_generation_each_are_good(self):
        self.judge.hear(1, answer(2, hit(1), hit(1)))
        self.judge.hear(1, answer(2, hit(1)))
        self.judge.hear(1, answer(3, hit(2), hit(2)))
        self.judge.hear(2, answer(2, hit(1)))
        self.judge.compare([(2, 1), (4, 2)])
        self.assertEqual(self.judge.complaints, [])
        self.assertEqual(self.judge.n_witnesses, 2)
        self.assertEqual(self.judge.generations, [2, 3])

    def test_two_editions_in_an_answer_are_mixed(self):
        self.judge.hear(1, answer(2, hit(1), hit(2)))
        self.assert_complaint("editions ['1', '2'] in generation 2")

    def test_a_title_of_another_edition_than_the_text_is_mixed(self):
        self.judge.hear(1, answer(2, hit(2, text_edition=1)))
        self.assert_complaint("editions ['1', '2'] in generation 2")

    def test_an_edition_of_another_generation_is_mixed(self):
        self.judge.hear(1, answer(4, hit(1), hit(1)))
        self.judge.compare([(2, 1), (4, 2)])
        self.assert_complaint("generation 4, which is of edition 2")

    def test_a_generation_that_nobody_committed_is_a_complaint(self):
        self.judge.hear(1, answer(5, hit(1)))
        self.judge.compare([(2, 1)])
        self.assert_complaint("which is of edition unknown")

    def test_a_generation_may_not_fall_on_one_connection(self):
        self.judge.hear(1, answer(3))
        self.judge.hear(1, answer(2))
        self.assert_complaint("generation 2 after 3")

    def test_a_bulletin_without_an_edition_is_a_complaint(self):
        bare = {**hit(1), "document_title": "", "heading_path": [], "text": "Open the port."}
        self.judge.hear(1, answer(2, hit(1), bare))
        self.assert_complaint("editions ['1', 'none']")

    def test_other_documents_have_no_edition(self):
        self.judge.hear(1, answer(2, hit(1), hit(7, document="reference")))
        self.assertEqual(self.judge.complaints, [])


if __name__ == "__main__":
    unittest.main()
