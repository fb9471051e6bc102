#!/usr/bin/env python3
"""Indexes a folder of files that mean harm, and looks whether each ends in the report.

    cargo build --release --bin mcdewey
    python3 mcdewey-core/tests/measure/hostile.py target/release/mcdewey [COPIES [FOLDER]]

COPIES (500) is how many copies of each seed of the fuzz targets are cut off somewhere, and in how
many a bit is wrong; what is broken where is the same in every run. With FOLDER, its files are
damaged as well. It ends with 1 if the program does not end with a report, says nothing of a file,
or ever holds 1 GB of memory: itself, or one of its children.
"""

import collections
import gzip
import io
import os
import pathlib
import random
import sys
import tarfile
import tempfile
import zipfile
import zlib

from library import index, megabytes

SEEDS = pathlib.Path(__file__).resolve().parents[3] / "fuzz" / "seeds"
MAX_MEMORY = 1 << 30
DEPTH = 10_000
LARGE = 1_000_000_000


def zipped(*members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def zeros_in_gzip(n_bytes):
    block = gzip.compress(bytes(10_000_000), 9)
    return block * (n_bytes // 10_000_000)


def zeros_in_zip(name, n_bytes):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(n_bytes // 10_000_000):
                member.write(bytes(10_000_000))
    return packed.getvalue()


def zeros_in_tar(n_bytes):
    header = tarfile.TarInfo("zeros.md")
    header.size = n_bytes
    return gzip.compress(header.tobuf()) + zeros_in_gzip(n_bytes)


def shape_of_42_zip():
    inner = zeros_in_zip("0.md", LARGE)
    for _ in range(5):
        inner = zipped(*((f"{number:x}.zip", inner) for number in range(16)))
    return inner


def pdf(n_pages, content=b"", filters=b"", page=b"", more=()):
    kids = b" ".join(b"%d 0 R" % (100 + number) for number in range(n_pages))
    objects = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [" + kids + b"] /Count %d /MediaBox [0 0 600 800] >>\nendobj\n" % n_pages,
        b"4 0 obj\n<< /Length %d " % len(content) + filters + b" >>\nstream\n" + content + b"\nendstream\nendobj\n",
    ]
    for number in range(n_pages):
        objects.append(b"%d 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R " % (100 + number) + page + b" >>\nendobj\n")
    return b"%PDF-1.7\n" + b"".join([*objects, *more]) + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def deflated_zeros(n_bytes):
    packer = zlib.compressobj(9)
    parts = [packer.compress(b" " * 10_000_000) for _ in range(n_bytes // 10_000_000)]
    return b"".join([*parts, packer.flush()])


def deep_pages():
    nodes = [
        b"%d 0 obj\n<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>\nendobj\n" % (10_000 + at, 10_001 + at, 9_999 + at)
        for at in range(DEPTH)
    ]
    root = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 10000 0 R >>\nendobj\n"
    return root + b"".join(nodes) + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def hostile_files():
    deep = lambda tag: f"<{tag}>" * DEPTH + "x"
    yield "deep-arrays.pdf", pdf(1, b"[" * DEPTH)
    yield "deep-dictionaries.pdf", pdf(1, b"/Span " + b"<< /A " * DEPTH + b" BDC")
    yield "deep-objects.pdf", pdf(1, page=b"/Resources 5 0 R", more=[b"5 0 obj\n" + b"<< /Font " * DEPTH + b"\nendobj\n"])
    yield "deep-pages.pdf", deep_pages()
    yield "deep-states.pdf", pdf(1, b"q " * DEPTH + b"/A BMC " * DEPTH + b"BT " * DEPTH)
    yield "empty-pages.pdf", pdf(5000)
    yield "bomb.pdf", pdf(1, deflated_zeros(LARGE), b"/Filter /FlateDecode")
    yield "bombs.pdf", pdf(5000, deflated_zeros(LARGE), b"/Filter /FlateDecode")
    for tag in ("div", "ul", "table", "b", "blockquote", "p", "svg", "a", "select", "template"):
        yield f"deep-{tag}.html", deep(tag).encode()
    yield "deep-rows.html", ("<table><tr><td>" * DEPTH + "x").encode()
    yield "deep-items.html", ("<ul><li>" * DEPTH + "x").encode()
    yield "wide.html", ("<p>" + "<b>" * DEPTH + "</p><p>x" * 1000).encode()
    yield "spans.html", ("<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 1000).encode()
    yield "deep-quotes.md", b"> " * DEPTH + b"x\n"
    yield "deep-items.md", b"- " * DEPTH + b"x\n"
    yield "deep-brackets.md", b"[" * DEPTH + b"x" + b"](y)" * DEPTH
    yield "deep-stars.md", b"*_" * DEPTH + b"x" + b"_*" * DEPTH
    yield "deep-indent.md", "".join(" " * (2 * at) + "- x\n" for at in range(2000)).encode()
    yield "deep-front.md", b"---\na: " + b"[" * DEPTH + b"\n---\nx\n"
    yield "deep-front-toml.md", b"+++\na = " + b"[" * DEPTH + b"\n+++\nx\n"
    yield "deep.rst", "".join(" " * at + "x::\n\n" for at in range(2000)).encode() + b"``" * DEPTH
    yield "deep.adoc", "".join("=" * (4 + at) + "\n" for at in range(2000)).encode()
    yield "deep.7", b".TH A 7\n" + b".RS\n" * DEPTH + b".if n \\{\n" * DEPTH + b"x\n"
    yield "deep.json", b"[" * DEPTH + b"]" * DEPTH
    for element, name in (("w:p", "paragraphs"), ("w:tbl", "tables"), ("w:sdt", "controls")):
        yield f"deep-{name}.docx", zipped(("word/document.xml", deep(element)))
    container = "<c><rootfile full-path='b.opf'/></c>"
    opf = "<p><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/><itemref idref='a'/></p>"
    yield "deep.epub", zipped(("META-INF/container.xml", container), ("b.opf", opf), ("a.xhtml", deep("div") + deep("ul")))
    yield "deep.odt", zipped(("content.xml", "<office:body>" + deep("text:list")))
    yield "zeros.docx", zeros_in_zip("word/document.xml", LARGE)
    yield "zeros.odt", zeros_in_zip("content.xml", LARGE)
    yield "zeros.zip", zeros_in_zip("zeros.md", LARGE)
    yield "zeros.md.gz", zeros_in_gzip(LARGE)
    yield "zeros.pdf.gz", zeros_in_gzip(LARGE)
    yield "zeros.tar.gz", zeros_in_tar(LARGE)
    yield "42.zip", shape_of_42_zip()
    yield "up.zip", zipped(("../../up.md", "x"), ("/etc/up.md", "x"), ("a\\..\\..\\up.md", "x"))
    yield "many.zip", zipped(*((f"{number}.md", "x") for number in range(120_000)))
    for extension in ("md", "txt", "html", "rst", "adoc", "1"):
        yield f"long-line.{extension}", b"word " * 20_000_000
        yield f"many-lines.{extension}", b"a\n\n" * 30_000_000


def special_files(folder):
    os.symlink(folder, folder / "loop")
    os.symlink("round.md", folder / "round.md")
    os.symlink("there", folder / "back")
    os.symlink("back", folder / "there")
    os.symlink("/etc/passwd", folder / "outside.md")
    os.symlink("/dev/zero", folder / "zero.pdf")
    os.mkfifo(folder / "pipe.md")
    for name in ("sparse.md", "sparse.pdf", "sparse.zip", "sparse.tar", "sparse.docx"):
        with open(folder / name, "wb") as file:
            file.truncate(1 << 40)
    return ["loop", "round.md", "back", "there", "outside.md", "zero.pdf", "sparse.md", "sparse.pdf", "sparse.zip", "sparse.tar", "sparse.docx"]


def extension_of(seed):
    folder, extension = seed.parent.name, seed.suffix[1:]
    if folder in ("ids", "query", "parts") or extension == "xml":
        return None
    if folder == "epub" and extension == "xhtml":
        return "html"
    if folder == "man":
        return "1"
    return "md.gz" if seed.name.endswith(".md.gz") else extension


def damaged(whole, chance, number):
    if number % 2 == 0:
        return whole[: chance.randrange(len(whole))]
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]


def write_damaged(folder, seeds, copies):
    """Gives how many files of each extension were written."""
    counts = collections.Counter()
    for number, (name, extension, whole) in enumerate(seeds):
        chance = random.Random(number)
        target = folder / f"{number:03}"
        target.mkdir()
        for copy in range(2 * copies):
            (target / f"{copy:04}.{extension}").write_bytes(damaged(whole, chance, copy))
            counts[extension] += 1
    return counts


def main():
    program = sys.argv[1]
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    sources = [(path, extension_of(path)) for path in sorted(SEEDS.rglob("*")) if path.is_file()]
    if len(sys.argv) > 3:
        real = (path for path in sorted(pathlib.Path(sys.argv[3]).rglob("*")) if path.is_file())
        sources += [(path, path.suffix[1:]) for path in real]
    seeds = [(path.name, extension, path.read_bytes()) for path, extension in sources if extension]

    with tempfile.TemporaryDirectory() as folder:
        docs = pathlib.Path(folder)
        expected = special_files(docs)
        for name, content in hostile_files():
            (docs / name).write_bytes(content)
            expected.append(name)
        counts = write_damaged(docs, seeds, copies)
        code, report, taken, watch = index(program, docs)
        damaged_files = [str(path.relative_to(docs)) for path in docs.rglob("[0-9][0-9][0-9][0-9].*")]

    said = {it["source"] for it in report["details"]} | {it["source"] for it in report["problems"]}
    archives = {"/".join(source.split("/")[:depth]) for source in said for depth in (1, 2)}
    named = said | archives
    silent = [name for name in expected + damaged_files if name not in named]
    # A file of a kind that holds no manuals is counted, not named; a wrong bit in the name of an
    # entry makes it one.
    n_counted = sum(report["files"]["other"].values()) + report["files"]["hidden"]
    of = collections.defaultdict(list)
    for problem in report["problems"]:
        of[problem["source"].split("/")[0]].append((problem["kind"], problem["message"]))
    for name in sorted(expected):
        problems = collections.Counter(of[name])
        line = "; ".join(f"{kind}: {message}" + (f" ({n} times)" if n > 1 else "") for (kind, message), n in problems.most_common(2))
        print(f"  {name}: {line or 'read'}")
    print("damaged:", ", ".join(f"{n} .{extension}" for extension, n in sorted(counts.items())))
    documents = report["documents"]
    print(
        f"exit code {code} after {taken}; {documents['total']} documents, {documents['failed']} could not be read, "
        f"{len(report['problems'])} problems; {len(silent)} not named, {n_counted} counted: {silent[:5]}"
    )
    print(f"memory: {megabytes(watch.own)}, of a child at most {megabytes(watch.child)}")
    sys.exit(0 if code == 3 and len(silent) <= n_counted and max(watch.own, watch.child) < MAX_MEMORY else 1)


if __name__ == "__main__":
    main()
