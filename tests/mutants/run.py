#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
"""Breaks the code in each way that mutants.toml lists and expects the named tests to fail (EV-4).

Exit status: 0 every mutant was caught; 1 one survived; 2 wrong usage, or an entry that does not fit
the code; 3 the unbroken code does not pass, or a tool is missing; 4 the time was up.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOT_COPIED = shutil.ignore_patterns("build", ".git", "__pycache__")
TEST_LIMIT_S = 300  # a mutant that hangs is caught, too


class Failure(Exception):
    """What ends the run: an exit status and a message."""


def read_mutants(only):
    with open(HERE / "mutants.toml", "rb") as file:
        mutants = tomllib.load(file)["mutant"]
    names = [mutant["name"] for mutant in mutants]
    if len(set(names)) != len(names):
        raise Failure(2, "mutants.toml: a name stands there twice")
    if only:
        mutants = [mutant for mutant in mutants if mutant["name"] in only]
        if unknown := set(only) - set(names):
            raise Failure(2, f"no mutant is called {', '.join(sorted(unknown))}")
    if not mutants:
        raise Failure(2, "mutants.toml lists no mutant")
    for mutant in mutants:
        fits = (ROOT / mutant["file"]).read_text().count(mutant["old"])
        if fits != 1 or mutant["old"] == mutant["new"]:
            raise Failure(2, f"{mutant['name']}: its old text stands {fits} times in "
                             f"{mutant['file']}, or is the new one")
        if not mutant["caught_by"] or not all(":" in test for test in mutant["caught_by"]):
            raise Failure(2, f"{mutant['name']}: caught_by needs program:cases")
    return mutants


class Tree:
    """A copy of the sources and a build of it, in which one file at a time is broken."""

    def __init__(self, folder, jobs):
        self.source, self.build, self.jobs = folder / "src", folder / "build", jobs
        shutil.rmtree(self.source, ignore_errors=True)
        # New times: objects of an earlier run, of a mutant perhaps, must not pass for up to date.
        shutil.copytree(ROOT, self.source, ignore=NOT_COPIED, copy_function=shutil.copy)
        self.call("cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                  "-D", "CMAKE_BUILD_TYPE=Debug", "-D", "CMAKE_CXX_FLAGS_DEBUG=-O1",
                  "-D", "PLUMBLINE_BUILD_BENCH=OFF",
                  "-D", f"PLUMBLINE_VECTORS_DIR={ROOT}/../shared/vectors")

    def call(self, *command):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout[-4000:], done.stderr[-4000:], file=sys.stderr)
            raise Failure(3, f"{command[0]} {command[1]} failed")

    def make(self, programs):
        self.call("cmake", "--build", self.build, "-j", self.jobs, "--target", *sorted(programs))

    def passes(self, program, cases):
        """True where these cases of a test program pass, and there were some."""
        command = [str(self.build / "bin" / program), f"--run_test={cases}"]
        try:
            return subprocess.run(command, capture_output=True, timeout=TEST_LIMIT_S,
                                  cwd=self.build).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def break_it(self, mutant):
        """Writes the mutant; returns what puts it back."""
        path = self.source / mutant["file"]
        whole = path.read_text()
        path.write_text(whole.replace(mutant["old"], mutant["new"]))
        return lambda: path.write_text(whole)


def catchers(mutant):
    return [tuple(catcher.split(":", 1)) for catcher in mutant["caught_by"]]


def run(arguments):
    started = time.monotonic()
    mutants = read_mutants(arguments.only)
    if arguments.fit:
        print(f"{len(mutants)} mutants fit the code")
        return 0
    tree = Tree(pathlib.Path(arguments.folder), arguments.jobs)
    tests = sorted({catcher for mutant in mutants for catcher in catchers(mutant)})
    tree.make({program for program, _ in tests})
    for program, cases in tests:
        if not tree.passes(program, cases):
            raise Failure(3, f"{program} {cases} fails on the unbroken code")
    survived = []
    for number, mutant in enumerate(mutants):
        if time.monotonic() - started > arguments.budget:
            raise Failure(4, f"the time is up: {number} of {len(mutants)} mutants were tried")
        put_back = tree.break_it(mutant)
        try:
            tree.make({program for program, _ in catchers(mutant)})
            missed = [f"{p}:{c}" for p, c in catchers(mutant) if tree.passes(p, c)]
        finally:
            put_back()
        verdict = f"SURVIVED {' '.join(missed)}" if missed else "caught by " + \
            " ".join(mutant["caught_by"])
        print(f"{mutant['action']:16} {mutant['name']:40} {verdict}", flush=True)
        if missed:
            survived.append(mutant["name"])
            print(f"  replay: tests/mutants/run.py --only {mutant['name']}")
    print(f"{len(mutants) - len(survived)} of {len(mutants)} mutants caught, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if survived else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", default=str(ROOT / "build" / "mutants"),
                        help="where the copy and its build lie")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these mutants alone")
    parser.add_argument("--fit", action="store_true",
                        help="only see whether every entry fits the code")
    parser.add_argument("--budget", type=float, default=3600, help="seconds")
    parser.add_argument("--jobs", type=int, default=2)
    try:
        return run(parser.parse_args())
    except Failure as failure:
        print(f"mutants: {failure.args[1]}", file=sys.stderr)
        return failure.args[0]


if __name__ == "__main__":
    sys.exit(main())
