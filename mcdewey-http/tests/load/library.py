"""Writes a library of manuals that is large enough to be a load, always the same.

    python library.py DIR [--scale N]       writes the library to DIR
    python library.py DIR --touch EDITION   rewrites a few percent of its documents

With the default scale of 1 and the default size of chunks there are more than 20 000 chunks, in
hundreds of Markdown files of several vendors, products and versions; with N, N times as many
documents.

Documents named `bulletin` say in every title, paragraph and block of code which edition they are
of: 1 at first, then what --touch says. They are all of the same edition whenever they are
indexed, so an answer that shows two editions, or another than its generation has, was put
together from two states of the index (see judge.py).

Prints a line of JSON: how many documents and bytes were written.
"""

import argparse
import json
import random
from itertools import accumulate
from pathlib import Path

VENDORS = ["northwind", "acorn", "halden", "meridian", "quill", "tarsus"]
PRODUCTS = ["gateway", "recorder", "dispatcher", "attendant"]
VERSIONS = ["11.5", "12.0", "14"]
KINDS = ["administration", "installation", "reference", "security", "troubleshooting", "bulletin"]
# One in so many shelves has a bulletin: with six kinds a shelf, about three percent of documents.
SHELVES_PER_BULLETIN = 6
N_SECTIONS = 18
PARAGRAPHS = (3, 7)
WORDS = (40, 85)
# Half of the sections are the same in all versions of a product, as in manuals that live long.
SHARED_SECTIONS = 2

COMMON = """the of to a is in and for on be with that when it by are not this as from an or if at can
each which must only before after all its no any than then device server user call system
configuration network port line phone value service time trunk group""".split()
PREFIXES = ["", "re", "pre", "un", "over", "multi", "inter", "sub", "auto", "dis", "co", "trans"]
STEMS = """activ allocat assign authoriz bound cach call cert channel clust configur connect dial
direct display encrypt enroll escalat expir forward frame grant handl host index install isolat
limit link list load lock log map match monitor mount mut notif number park patch perform pick
port present provision queu rank record refer regist relay replicat request reserv rout sampl scan
schedul session sign stat stor stream switch sync tag tenant token trac transfer transmit trigger
trunk tun upgrad verif warm""".split()
SUFFIXES = ["ing", "ed", "er", "ion", "able", "ment", "or", "s"]
VERBS = ["Configuring", "Checking", "Removing", "Upgrading", "Understanding", "Restoring", "Tuning"]

VOCABULARY = COMMON + [
    prefix + stem + suffix for stem in STEMS for suffix in SUFFIXES for prefix in PREFIXES
]
# Zipf: the word of rank r is written r times less often than the first.
WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))


def words(chance, n_words):
    return chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=n_words)


def rare_words(chance, n_words):
    """Words that stand in few passages each: what headings, identifiers and questions are about."""
    return chance.choices(VOCABULARY[len(COMMON) :], k=n_words)


def identifier(chance):
    first, second = rare_words(chance, 2)
    return chance.choice(
        [
            f"{first}_{second}",
            f"{first}.{second}-ms",
            f"{first.upper()}_{chance.randrange(100)}",
            f"E{chance.randrange(1000, 9999)}",
        ]
    )


def sentence(chance):
    spoken = words(chance, chance.randint(8, 18))
    if chance.random() < 0.2:
        spoken[chance.randrange(1, len(spoken))] = f"`{identifier(chance)}`"
    return " ".join(spoken).capitalize() + "."


def paragraph(chance, stamp):
    n_words, sentences = chance.randint(*WORDS), []
    while sum(len(each.split()) for each in sentences) < n_words:
        sentences.append(sentence(chance))
    return " ".join(sentences + stamp)


def code(chance, stamp):
    lines = [f"# {line}" for line in stamp]
    for _ in range(chance.randint(2, 6)):
        lines.append(f"set {identifier(chance)} {identifier(chance)} {chance.randrange(65536)}")
    return "\n".join(["```", *lines, "```"])


def section(chance, stamp):
    heading = " ".join([chance.choice(VERBS), *rare_words(chance, 2)])
    blocks = [f"## {heading}"]
    blocks += [paragraph(chance, stamp) for _ in range(chance.randint(*PARAGRAPHS))]
    if chance.random() < 0.3:
        blocks.append(code(chance, stamp))
    if chance.random() < 0.2:
        items = [f"- {sentence(chance)}" for _ in range(chance.randint(3, 6))]
        blocks.append("\n".join(items + [f"- {line}" for line in stamp]))
    return "\n\n".join(blocks)


def document(place, kind, version, edition):
    """The text of a document. What is not of this version or edition is the same in all."""
    title = f"{' '.join(place).title()} {kind}"
    stamp = []
    if kind == "bulletin":
        title += f", edition {edition}"
        stamp = [f"This stands in edition {edition}."]
    blocks = [f"# {title}"]
    for number in range(N_SECTIONS):
        seed = [*place, kind, number]
        if number % SHARED_SECTIONS == 0 or stamp:
            seed += [version, edition]
        blocks.append(section(random.Random(repr(seed)), stamp))
    return "\n\n".join(blocks) + "\n"


def shelves(scale):
    """Vendor, product and version of each shelf, and whether there is a bulletin on it."""
    n_shelves = 0
    for copy in range(scale):
        for vendor in VENDORS:
            for product in PRODUCTS:
                name = product if copy == 0 else f"{product}-{copy + 1}"
                for version in VERSIONS:
                    yield (vendor, name, version), n_shelves % SHELVES_PER_BULLETIN == 0
                    n_shelves += 1


def kinds_on(has_bulletin):
    return [kind for kind in KINDS if has_bulletin or kind != "bulletin"]


def write(root, scale, edition, is_wanted):
    n_documents, n_bytes = 0, 0
    for (vendor, product, version), has_bulletin in shelves(scale):
        for kind in filter(is_wanted, kinds_on(has_bulletin)):
            path = root / vendor / product / version / f"{kind}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = document((vendor, product), kind, version, edition)
            # Whoever indexes meanwhile sees the old text or the new one.
            beside = path.with_suffix(".part")
            n_bytes += beside.write_text(text, encoding="utf-8")
            beside.rename(path)
            n_documents += 1
    return n_documents, n_bytes


def main():
    parser = argparse.ArgumentParser(description="writes a library of manuals for load tests")
    parser.add_argument("root", type=Path)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--touch", type=int, metavar="EDITION")
    given = parser.parse_args()
    if given.touch is None:
        given.root.mkdir(parents=True, exist_ok=True)
        manifest = given.root / "mcdewey.toml"
        manifest.write_text('levels = ["vendor", "product", "version"]\n', encoding="utf-8")
        written = write(given.root, given.scale, 1, lambda kind: True)
    else:
        written = write(given.root, given.scale, given.touch, lambda kind: kind == "bulletin")
    n_documents, n_bytes = written
    print(json.dumps({"documents": n_documents, "bytes": n_bytes}))


if __name__ == "__main__":
    main()
