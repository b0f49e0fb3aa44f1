"""`python -m tests.mutants --sample 400 --seed 1`: do the tests notice when the calculator is changed?

mutmut makes the mutants and runs the tests that reach them; pyproject.toml says which files and tests. Here is what it
has no options for: a drawn sample, no mutants that only change what a refusal or an error says, and a count at the end
with every survivor's change. Names and patterns choose among the mutants; without them and a sample all are run.
"""

import argparse
import ast
import fnmatch
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import get_mutant_name

# Where mutmut keeps its copy of the code. Begun afresh each time: it does not see that a test changed.
COPY = Path("mutants")
KILLED = ("killed", "timeout")
# Hypothesis then draws the same examples every time, and no slow machine fails a test by its deadline.
STEADY = {**os.environ, "CI": "1"}


class Silent(ast.NodeTransformer):
    """Code without the words of what it raises; the term that a refusal names stays."""

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        if isinstance(node.exc, ast.Call):
            refuses = isinstance(node.exc.func, ast.Name) and node.exc.func.id == "Refusal"
            node.exc.args = node.exc.args[:1] if refuses else []
            node.exc.keywords = []
        return node


def mutants(jobs: int) -> list[str]:
    """The names of all mutants but those of wording."""
    with Pool(jobs) as pool:
        return [name for names in pool.map(_mutants, sorted(walk_mutatable_files()), chunksize=1) for name in names]


def _mutants(path: Path) -> list[str]:
    made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
    functions = {one.name: one for one in ast.walk(ast.parse(made.code)) if isinstance(one, ast.FunctionDef)}
    silent = {name: _silent(function) for name, function in functions.items() if "__mutmut_" in name}
    names = [name for name in made.mutant_names if silent[name] != silent[_original(name)]]
    return [get_mutant_name(path, name) for name in names]


def _silent(function: ast.FunctionDef) -> str:
    shown = Silent().visit(function)
    return ast.dump(shown.args) + "".join(ast.dump(one) for one in shown.body)


def _original(name: str) -> str:
    return name.rpartition("__mutmut_")[0] + "__mutmut_orig"


def chosen(names: list[str], patterns: list[str], sample: int | None, seed: int) -> list[str]:
    """Those that a pattern names, and of these as many as asked for, drawn by `seed`."""
    found = [name for name in names if not patterns or any(fnmatch.fnmatch(name, one) for one in patterns)]
    return found if sample is None or sample >= len(found) else random.Random(seed).sample(found, sample)


def answers(names: set[str]) -> dict[str, str]:
    """What became of each mutant, from the notes that mutmut keeps beside its copy of the code."""
    found: dict[str, str] = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        found |= {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items() if name in names}
    return found


def told(found: dict[str, str], of: int) -> str:
    """The survivors with their changes, then the counts."""
    alive = sorted(name for name, answer in found.items() if answer not in KILLED)
    changes = [f"{name} ({found[name]})\n{get_diff_for_mutant(name)}\n" for name in alive]
    counts = ", ".join(f"{count} {answer}" for answer, count in Counter(found.values()).most_common())
    return "\n".join([*changes, f"{len(found)} of {of} mutants: {counts}; {len(alive) / len(found):.1%} not killed"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="mutants by name or pattern, such as 'pricing.rules.units.*'")
    parser.add_argument("--sample", type=int, help="run so many, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    asked = parser.parse_args()
    every = mutants(asked.jobs)
    names = chosen(every, asked.names, asked.sample, asked.seed)
    if not names:
        sys.exit(f"No mutant has such a name. Names look like {every[0]}")
    shutil.rmtree(COPY, ignore_errors=True)
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run([mutmut, "run", "--max-children", str(asked.jobs), *names], env=STEADY, check=True)
    print(told(answers(set(names)), len(every)))


if __name__ == "__main__":
    main()
