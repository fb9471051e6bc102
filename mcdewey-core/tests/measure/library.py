#!/usr/bin/env python3
"""Measures how fast a library is indexed, and whether the report accounts for every file of it.

    cargo build --release --bin mcdewey
    python3 mcdewey-core/tests/measure/library.py target/release/mcdewey LIBRARY

LIBRARY is a folder of manuals without archives. It is indexed with the hashed embedder, so that
what is measured is reading, cutting and storing. Memory is the largest that the program and each
of its children ever held, as Linux tells it. Then its PDFs are indexed alone, and read by
pdftotext (poppler-utils), one after another and as many at a time as there are cores. Everything
is read once before, so that nobody waits for the disk. Seconds are those of the clock, and in
parentheses those of all processors, which say more on a machine that has other work. It ends with 1
if a file is not accounted for, or if pdftotext takes less of both.
"""

import collections
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time


def children_of(parent):
    tasks = pathlib.Path(f"/proc/{parent}/task")
    for task in tasks.iterdir() if tasks.is_dir() else []:
        try:
            yield from (task / "children").read_text().split()
        except OSError:
            continue


def peak_of(process):
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


class Watch(threading.Thread):
    """Looks at a process and its children fifty times a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.own, self.child = process, 0, 0

    def run(self):
        while self.process.poll() is None:
            self.own = max(self.own, peak_of(self.process.pid))
            for child in children_of(self.process.pid):
                self.child = max(self.child, peak_of(child))
            time.sleep(0.02)


class Taken:
    """Time that was taken, by the clock and by the processors."""

    def __init__(self):
        self.started, self.used = time.monotonic(), self.processors()
        self.seconds = self.of_processors = 0

    def stop(self):
        self.seconds = time.monotonic() - self.started
        self.of_processors = self.processors() - self.used

    @staticmethod
    def processors():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def __str__(self):
        return f"{self.seconds:.1f} s ({self.of_processors:.1f} s)"


def index(program, docs, *options):
    """Indexes a folder anew. Gives exit code, report, the time it took and what was watched."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "index", docs, "--index", f"{folder}/index", "--embedder", "hashed", "--json", *options]
        taken = Taken()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        watch = Watch(process)
        watch.start()
        output = process.communicate()[0]
        taken.stop()
        watch.join()
    try:
        report = json.loads(output)
    except ValueError:
        sys.exit(f"no report; exit code {process.returncode}")
    return process.returncode, report, taken, watch


def megabytes(n_bytes):
    return f"{n_bytes / 1e6:.0f} MB"


def unaccounted(files, report):
    """How many files there are that the report says nothing of, by extension."""
    named = {it["source"] for it in report["details"]} | {it["source"] for it in report["problems"]}
    rest = collections.Counter()
    for name in files:
        if name not in named:
            base = name.rsplit("/", 1)[-1]
            is_hidden = base.startswith(".") or base == "mcdewey.toml"
            rest["hidden" if is_hidden else base.rpartition(".")[2].lower() if "." in base else ""] += 1
    counted = collections.Counter(report["files"]["other"], hidden=report["files"]["hidden"])
    return rest - counted


def main():
    program, library = sys.argv[1], pathlib.Path(sys.argv[2])
    files = sorted(str(path.relative_to(library)) for path in library.rglob("*") if path.is_file())
    n_bytes = {name: len((library / name).read_bytes()) for name in files}

    code, report, taken, watch = index(program, library)
    read = [it["source"] for it in report["details"] if it["document_id"]]
    n_read = sum(n_bytes.get(name, 0) for name in read)
    print(f"{len(files)} files with {megabytes(sum(n_bytes.values()))}; exit code {code}")
    print(
        f"{len(read)} documents with {megabytes(n_read)} in {taken}: "
        f"{n_read / 1e6 / taken.seconds:.1f} MB/s, {len(read) / taken.seconds:.0f} documents/s"
    )
    print(
        f"{report['pages']['total']} pages ({report['pages']['empty']} empty), {report['text']['characters']} characters, "
        f"{report['text']['tables']} tables, {report['chunks']['total']} passages"
    )
    print(f"memory: {megabytes(watch.own)}, of a child at most {megabytes(watch.child)}")
    kinds = collections.Counter(problem["kind"] for problem in report["problems"])
    print("problems:", ", ".join(f"{n} x {kind}" for kind, n in kinds.most_common()) or "none")
    lost = unaccounted(files, report)
    print("not accounted for:", dict(lost) if lost else "none")

    pdfs = [name for name in files if name.lower().endswith(".pdf")]
    is_good = not lost
    if pdfs and shutil.which("pdftotext"):
        is_good &= race(program, library, pdfs, sum(n_bytes[name] for name in pdfs))
    sys.exit(0 if is_good else 1)


def race(program, library, pdfs, n_bytes):
    n_cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(pdfs):
            shutil.copy(library / name, f"{folder}/{number}.pdf")
        theirs = []
        for n_side_by_side in (1, n_cores):
            listed = "\0".join(str(path) for path in pathlib.Path(folder).iterdir())
            taken = Taken()
            subprocess.run(
                ["xargs", "-0", "-n", "1", "-P", str(n_side_by_side), "sh", "-c", 'pdftotext -layout "$0" - >/dev/null 2>&1 || true'],
                input=listed.encode(),
                check=True,
            )
            taken.stop()
            theirs.append(taken)
        _, report, ours, watch = index(program, folder)
    print(
        f"{len(pdfs)} PDFs with {megabytes(n_bytes)} and {report['pages']['total']} pages, indexed: {ours}, "
        f"{n_bytes / 1e6 / ours.seconds:.1f} MB/s, {report['pages']['total'] / ours.seconds:.0f} pages/s; "
        f"a child at most {megabytes(watch.child)}"
    )
    print(f"pdftotext -layout: {theirs[0]} one after another, {theirs[1]} {n_cores} at a time")
    return ours.seconds <= theirs[0].seconds or ours.of_processors <= theirs[0].of_processors


if __name__ == "__main__":
    main()
