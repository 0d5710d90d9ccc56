"""Plant faults in copies of the book and demand that the tests find each: `python -m tests.faults`.

Every fault is a mistake that somebody could make: a text of a file, and what stands there instead.
It is planted in a copy of the working tree, where the few tests that must notice it then run; a
table tells which test went red, at which line. A fault whose text is gone from its file has to be
moved or replaced, not dropped.

`BOOK_SITE=DIR` names a site that is already built, for the faults that leave the pages as they are.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ("lib/explorables/js/", "lib/explorables/palette.json")
STATIC = "lib/explorables/static"


@dataclass(frozen=True)
class Fault:
    """A mistake, and the tests that must notice it.

    Attributes
    ----------
    name : what the command line and the table call it.
    file, old, new : the text, which stands in the file exactly once, and what replaces it.
    tests : arguments of pytest, or a file in ``tests/js`` for Node.
    pages : pages of the site that are built with the fault in place, for tests that open them.
    site : whether the tests open the site as it is built without the fault; where the fault is in
        an explorable's script, its copy gets the new script.
    stale : whether the bundles are left as they were before the fault.
    """

    name: str
    file: str
    old: str
    new: str
    tests: str
    pages: tuple[str, ...] = ()
    site: bool = False
    stale: bool = False

    @property
    def bundled(self) -> bool:
        """Whether the explorables' bundles have to be made again."""
        return self.file.startswith(BUNDLED) and not self.stale


FAULTS = [
    # ---- the library
    Fault(
        "rule-between-traits-on-the-page",
        "lib/explorables/js/kit/rules.js",
        "if (!evaluate(condition, lookUp))",
        "if (evaluate(condition, lookUp))",
        "tests/unit/test_explorable_base.py::test_the_page_keeps_the_same_rules_between_traits",
    ),
    Fault(
        "expression-on-the-page",
        "lib/explorables/js/math/expressions.js",
        "'**': (a, b) => a ** b",
        "'**': (a, b) => a * b",
        "tests/unit/test_explorable_loss_zoo.py::test_the_page_agrees_all_along_each_curve",
    ),
    Fault(
        "network-on-the-page",
        "lib/explorables/js/math/language.js",
        "return n + z * (old - n);",
        "return n - z * (old - n);",
        "tests/parity/test_language.py::test_every_surprisal_agrees[plain]",
    ),
    Fault(
        "text-that-is-typed",
        "lib/explorables/js/kit/text.js",
        "if (!composing && !event.isComposing) take();",
        "if (composing && event.isComposing) take();",
        "tests/browser/test_language_model.py::test_what_is_typed_is_read_at_once_and_is_one_step_to_take_back",
        site=True,
    ),
    Fault(
        "record-of-another-loss",
        "lib/losses/regression.py",
        '"PyTorch": "L1Loss"',
        '"PyTorch": "MSELoss"',
        "tests/unit/test_lib_losses.py::test_value_agrees_with_pytorch",
    ),
    Fault(
        "gradient-sign",
        "lib/losses/classification.py",
        "(1 - y) * sigmoid(z) - w * y * sigmoid(-z)",
        "(1 - y) * sigmoid(z) + w * y * sigmoid(-z)",
        "tests/unit/test_lib_losses.py::test_gradient_agrees_with_autograd"
        "[binary_cross_entropy_with_logits]",
    ),
    Fault(
        "overflow",
        "lib/_validation.py",
        "np.subtract(scores, largest, dtype=np.float64)",
        "np.subtract(scores, 0 * largest, dtype=np.float64)",
        "tests/property/test_lib_properties.py::test_softmax_sums_to_1",
    ),
    Fault(
        "wrong-example",
        "lib/information.py",
        "1.0297 nats = 1.4855 bits",
        "1.0297 nats = 1.4865 bits",
        "lib/information.py::lib.information.entropy",
    ),
    # ---- the chapters
    Fault(
        "wrong-digit",
        "chapters/entropy.md",
        r"A blue one is rare and carries $-\ln 0.2 = 1.6094$",
        r"A blue one is rare and carries $-\ln 0.2 = 1.6904$",
        "tests/numbers/test_numbers.py::test_number[entropy]",
    ),
    Fault(
        "number-under-no-test",
        "chapters/entropy.md",
        "A fair coin has one bit, 0.69 nats.",
        "A fair coin has one bit, 0.69 nats, 0.3010 bans.",
        "tests/chapters/test_chapters.py::test_every_computed_number_is_recomputed[entropy]",
    ),
    Fault(
        "missing-section",
        "chapters/entropy.md",
        "\n## Traps\n",
        "\n### Traps\n",
        "tests/chapters/test_chapters.py::test_a_chapter_has_the_shape_of_all[entropy]",
    ),
    # ---- the page's own functions
    Fault(
        "mirror-sign",
        "lib/explorables/js/math/information.js",
        "const ratio = p / q;",
        "const ratio = q / p;",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[kl]",
    ),
    Fault(
        "nesterov-without-its-look-ahead",
        "lib/explorables/js/math/optimizers.js",
        "grad[i] + momentum * v",
        "grad[i] + v",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[optimizer]",
    ),
    Fault(
        "temperature-the-other-way",
        "lib/explorables/js/math/calibration.js",
        "const z = logits[i] / temperature;",
        "const z = logits[i] * temperature;",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[calibration]",
    ),
    Fault(
        "weight-on-the-common-class",
        "lib/explorables/js/math/imbalance.js",
        "(y ? n * w : n)",
        "(y ? n : n * w)",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[imbalance]",
    ),
    Fault(
        "smallest-number-of-a-format",
        "lib/explorables/js/math/precision.js",
        "least: -14,",
        "least: -13,",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[precision]",
    ),
    Fault(
        "partners-of-one-side-alone",
        "lib/explorables/js/math/contrastive.js",
        "const columns = meanLoss(s.length, (i, j) => s[j][i], temperature);",
        "const columns = meanLoss(s.length, (i, j) => s[i][j], temperature);",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[contrastive]",
    ),
    Fault(
        "slope-of-tanh",
        "lib/explorables/js/math/diagnosis.js",
        "back *= kept[first + k] * (1 - units[k] ** 2);",
        "back *= kept[first + k] * (1 - units[k]);",
        "tests/parity/test_parity.py::test_every_quantity_agrees_with_lib[diagnosis]",
    ),
    Fault(
        "sign-of-the-bars",
        "lib/explorables/js/math/information.js",
        "crossTerm(p, q) - crossTerm(p, p);",
        "crossTerm(p, p) - crossTerm(p, q);",
        "tests/js/information.test.mjs",
    ),
    Fault(
        "shown-python",
        "lib/explorables/js/explorables/kl.js",
        "kl_divergence(q, p, base=base)",
        "kl_divergence(p, q, base=base)",
        "tests/parity/test_parity.py::test_the_python_shown_prints_the_numbers_on_screen[kl]",
    ),
    Fault(
        "lax-sum",
        "lib/explorables/js/kit/schema.js",
        "Math.abs(total - 1) <= s.tolerance ?",
        "Math.abs(total - 1) <= 1e-3 ?",
        "tests/js/kit.test.mjs",
    ),
    Fault(
        "clamped-link",
        "lib/explorables/js/kit/schema.js",
        "return String(valid) === String(value) ? valid : undefined;",
        "return valid;",
        "tests/js/kit.test.mjs",
    ),
    Fault(
        "link-with-defaults",
        "lib/explorables/js/kit/permalink.js",
        "print(schema, state[key]) !== print(schema, this.home[key])",
        "schema",
        "tests/js/kit.test.mjs",
    ),
    Fault(
        "drag-undone-by-the-pixel",
        "lib/explorables/js/kit/history.js",
        "if (!this.#open || late)",
        "if (true)",
        "tests/js/history.test.mjs",
    ),
    Fault(
        "copied-formula",
        "lib/explorables/js/kit/tex.js",
        "`${base(a)}^${inBraces(b)}`",
        "`${base(a)}^${texOf(b)}`",
        "tests/parity/test_tex.py",
    ),
    Fault(
        "stale-bundle",
        "lib/explorables/js/math/information.js",
        "Math.exp(entropy(p))",
        "2 ** (entropy(p) / Math.LN2)",
        "tests/unit/test_bundles.py::test_the_committed_bundles_are_fresh",
        stale=True,
    ),
    Fault(
        "heavy-bundle",
        "lib/explorables/js/build.mjs",
        "minify: true,",
        "minify: false,",
        "tests/unit/test_bundles.py::test_the_page_script_is_light_and_classic",
    ),
    Fault(
        "faint-colour",
        "lib/explorables/palette.json",
        '"muted": "#566270"',
        '"muted": "#8a95a1"',
        "tests/unit/test_bundles.py::test_every_colour_is_readable_as_text[light]",
    ),
    # ---- the explorables in a browser
    Fault(
        "slider-off",
        "lib/explorables/js/kit/controls.js",
        "(scrolling ? undo?.() : move(Number(range.value)))",
        "null",
        "tests/browser/test_explorables.py::test_the_keyboard_moves_every_visible_control[kl]",
        site=True,
    ),
    Fault(
        "slider-late",
        "lib/explorables/js/kit/controls.js",
        "range.addEventListener('input', () =>",
        "range.addEventListener('change', () =>",
        "tests/browser/test_explorables.py::test_the_mouse_drags_a_slider_and_a_mark[kl]",
        site=True,
    ),
    Fault(
        "mark-without-keys",
        "lib/explorables/js/charts/mark.js",
        "onKey(direction.map((d) => d * k));",
        "",
        "tests/browser/test_explorables.py::test_the_keyboard_moves_every_visible_control[kl]",
        site=True,
    ),
    Fault(
        "finger-scrolls",
        "lib/explorables/js/charts/mark.js",
        "group.on('touchstart', (event) => event.preventDefault(), { passive: false });",
        "",
        "tests/browser/test_explorables.py::test_touch_moves_it_on_a_phone[cross_entropy]",
        site=True,
    ),
    Fault(
        "hostile-link",
        "lib/explorables/js/kit/number.js",
        "DECIMAL.test(whole) ? Number(whole) : NaN",
        "Number(whole)",
        "tests/browser/test_explorables.py"
        "::test_a_hostile_link_falls_back_to_the_default[surprise]",
        site=True,
    ),
    Fault(
        "no-undo",
        "lib/explorables/js/kit/actions.js",
        "act(what);\n  });",
        "});",
        "tests/browser/test_hand.py::test_what_was_done_is_taken_back_and_put_back[kl]",
        site=True,
    ),
    Fault(
        "motion-unasked",
        "lib/explorables/js/kit/player.js",
        "if (still.matches) return advance(Infinity);",
        "",
        "tests/browser/test_behaviour.py::test_reduced_motion_goes_to_the_end_at_once[gradient]",
        site=True,
    ),
    Fault(
        "kernel-not-told",
        "lib/explorables/js/kit/store.js",
        "this.#model.save_changes();",
        "",
        "tests/jupyter/test_explorables_in_jupyterlab.py::test_page_and_kernel_share_one_state[kl]",
    ),
    # ---- the site
    Fault(
        "stale-page",
        "website/sphinxext/execution.py",
        'return [*sorted(sources), ROOT / "requirements.txt"]',
        'return [ROOT / "requirements.txt"]',
        "tests/site/test_build.py::test_an_edit_reaches_the_page_and_nothing_else_is_executed",
    ),
    Fault(
        "warning-forgiven",
        "website/build.py",
        "warningiserror=not only,",
        "warningiserror=False,",
        "tests/site/test_build.py::test_a_broken_chapter_fails_again_until_it_is_mended[written]",
    ),
    Fault(
        "third-party",
        "website/templates/layout.html",
        '<a class="skip-link" href="#main">',
        '<img src="https://example.org/pixel.png" alt="" width="1" height="1">'
        '<a class="skip-link" href="#main">',
        "tests/site/test_whole.py"
        "::test_policy_names_no_other_host_and_allows_no_inline_script_but_one[search.html]",
        pages=("chapters/notation",),
    ),
    Fault(
        "faint-text",
        "website/assets/book.css",
        ".colophon { margin-top: 2.5rem; color: var(--muted);",
        ".colophon { margin-top: 2.5rem; color: var(--rule);",
        "tests/site/test_pages.py::test_axe_finds_nothing[search.html]",
        pages=("chapters/notation",),
    ),
    Fault(
        "faint-in-the-dark",
        "website/assets/book.css",
        ".colophon { margin-top: 2.5rem; color: var(--muted);",
        ".colophon { margin-top: 2.5rem; color: #566270;",
        "tests/site/test_pages.py::test_axe_finds_nothing[search.html]",
        pages=("chapters/notation",),
    ),
    Fault(
        "empty-search",
        "website/sphinxext/search.py",
        'getattr(env, "book_sections", {}).get(name, [])',
        "[]",
        "tests/site/test_whole.py::test_search_finds_sections_and_leads_there[disk]",
        pages=("chapters/notation",),
    ),
    Fault(
        "pdf-without-a-chapter",
        "website/pdf.py",
        "toc = list(parts(toc_file).items())",
        "toc = [(part, pages[:-1] or pages) for part, pages in parts(toc_file).items()]",
        "tests/site/test_whole.py::test_pdf_holds_a_short_book",
        site=True,
    ),
    Fault(
        "deaf-serve",
        "website/serve.py",
        '*("chapters", "lib", "website"),',
        '*("lib", "website"),',
        "tests/site/test_serve.py::test_what_an_editor_keeps_beside_a_file_is_no_edit",
    ),
    Fault(
        "notebook-without-library",
        "website/sphinxext/notebooks.py",
        "notebook.cells.insert(0, first)",
        "",
        "tests/site/test_notebooks.py::test_a_chapter_becomes_a_notebook_cell_by_cell",
    ),
    Fault(
        "option-of-the-page-unknown",
        "course/__main__.py",
        'command.add_argument("--times", default=""',
        'command.add_argument("--hours", default=""',
        "tests/course/test_teaching.py::test_every_command_names_what_there_is",
    ),
    # ---- the tests' own machinery
    Fault(
        "command-in-another-environment",
        "tests/warm.py",
        "os.environ.update(environment)",
        "pass",
        "tests/unit/test_warm.py",
    ),
    # ---- the course
    Fault(
        "lost-mark",
        "course/gradebook.py",
        "for grade in notebook.grades:",
        "for grade in notebook.grades[1:]:",
        "tests/course/test_results.py::test_marks",
    ),
    Fault(
        "late-unpunished",
        "course/late.py",
        "taken = _taken(step.plugin_inst, student, score, late)",
        "pass",
        "tests/course/test_results.py::test_late_penalty_is_taken_off",
    ),
    Fault(
        "penalty-of-yesterday",
        "course/gradebook.py",
        "late_policy(course, assignment)(submissions(gradebook, assignment))",
        "pass",
        "tests/course/test_late.py::test_the_penalty_follows_a_mark_that_a_person_changes",
    ),
    Fault(
        "page-with-script",
        "course/inert.py",
        'source = MARKUP.sub("< ", source)',
        "pass",
        "tests/course/test_inert.py::test_no_markdown_becomes_markup_that_carries_anything",
    ),
    Fault(
        "unread-counts-as-failed",
        "course/report.py",
        'return self.counts["waiting"] if self.by_hand else 0',
        "return 0",
        "tests/course/test_results.py::test_what_nobody_has_read_has_not_failed",
    ),
    Fault(
        "somebody-elses-mark",
        "course/grading.py",
        "s: (r.marks, times[s],",
        "s: (min(ready.items())[1].marks, times[s],",
        "tests/course/test_resume.py::test_nobodys_work_changes_anybody_elses_mark",
    ),
    Fault(
        "merged-before-it-is",
        "course/grading.py",
        "    staged = {}\n",
        '    results.write("merged", {s: r.key for s, r in found.items()})\n    staged = {}\n',
        "tests/course/test_resume.py::test_killed_at_any_step_it_ends_as_if_undisturbed",
    ),
    Fault(
        "no-resume",
        "course/grading.py",
        "if stored is not None and stored.key == key:",
        "if stored is not None and stored.key != key:",
        "tests/course/test_resume.py"
        "::test_a_changed_submission_is_graded_again_and_a_human_mark_stays",
    ),
    Fault(
        "two-writers",
        "course/gradebook.py",
        "fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        "tests/course/test_resume.py::test_only_one_process_writes",
    ),
    Fault(
        "sandbox-with-network",
        "course/sandbox.py",
        '"--unshare-net", ',
        "",
        "tests/course/test_class.py::test_reasons_and_notes",
    ),
    Fault(
        "error-tells-hidden-input",
        "course/judge.py",
        'said = BY_SUBMISSION if hasattr(error, "of_the_student") else str(error)',
        "said = str(error)",
        "tests/course/test_judge.py::test_what_the_submission_says_in_an_error_is_not_kept",
    ),
    Fault(
        "message-tells-hidden-input",
        "course/judge.py",
        "return seen.outputs",
        "return verdict.outputs",
        "tests/course/test_class.py::test_no_function_can_say_what_a_hidden_test_asked_before",
    ),
    Fault(
        "our-fault-costs-marks",
        "course/grading.py",
        "if not r.fault and (force",
        "if (force",
        "tests/course/test_broken_machine.py::test_a_fault_in_one_submission_leaves_it_as_it_was",
    ),
    Fault(
        "hidden-test-released",
        "course/release.py",
        "if len(marks) % 2 or any(",
        "if any(",
        "tests/course/test_assignments.py::test_releasing_stops_at_a_leak[misspelt]",
    ),
    Fault(
        "mark-released",
        "course/release.py",
        "if SECRET.search(text):",
        "if SECRET.match(text):",
        "tests/course/test_assignments.py"
        "::test_releasing_stops_at_marks_that_the_configuration_leaves",
    ),
    Fault(
        "blank-earns",
        "course/checks.py",
        """if step["test"] and blank.marks["grades"][step["key"]][0]:""",
        """if step["test"] and blank.marks["grades"][step["key"]][0] is None:""",
        "tests/course/test_assignments.py"
        "::test_validation_notices_a_wrong_solution_and_a_generous_test",
    ),
    Fault(
        "zip-slip",
        "course/archive.py",
        'and ".." not in path.parts and',
        "and",
        "tests/course/test_collect.py::test_paths_that_lead_outside",
    ),
    Fault(
        "class-in-a-folder-is-a-student",
        "course/downloads.py",
        'outer += f"{head}/"',
        "return certain",
        "tests/course/test_collect.py::test_what_can_be_read_in_two_ways_stops",
    ),
    Fault(
        "a-students-time-is-believed",
        "course/collect.py",
        "if Path(name).name in OURS:",
        "if Path(name).name == PROBLEM:",
        "tests/course/test_collect.py::test_times_come_from_the_platform_or_the_teacher",
    ),
    Fault(
        "mark-unscaled",
        "course/export.py",
        "scores[student] * maximum(number) / points",
        "scores[student]",
        "tests/course/test_export.py::test_marks_are_scaled_to_canvass_points",
    ),
    Fault(
        "marks-of-another-scale",
        "course/export.py",
        "for student in found - outdated:",
        "for student in found:",
        "tests/course/test_late.py"
        "::test_marks_from_before_a_release_with_other_points_are_not_returned",
    ),
    Fault(
        "all-to-be-read-again",
        "course/gradebook.py",
        "elif changed is None or grade.cell.name in changed:",
        "else:",
        "tests/course/test_late.py"
        "::test_a_second_look_is_asked_for_only_where_something_has_changed",
    ),
    Fault(
        "an-innocent-cell-is-named",
        "course/session.py",
        "if kept or (self.left",
        "if (self.left",
        "tests/course/test_left_running.py"
        "::test_the_cell_that_did_it_is_named_and_nothing_else_is_lost[reads]",
    ),
]


def harmed(fault: Fault, root: Path = ROOT) -> str:
    """Return the file's text with the fault in it.

    Raises
    ------
    LookupError
        If the text to replace does not stand in the file exactly once.
    """
    path = root / fault.file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if (count := text.count(fault.old)) != 1:
        raise LookupError(f"{fault.name}: {fault.file} holds {count} times, not once: {fault.old}")
    return text.replace(fault.old, fault.new)


def call(
    command: Sequence[str], tree: Path, site: Path | None = None, **variables: str
) -> tuple[int, str]:
    """Run a command in a tree with this Python's programs; return its status and its output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "BOOK_SITE": str(site or ""), **variables}
    done = subprocess.run(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode(errors="replace")


def make(command: Sequence[str], tree: Path) -> None:
    """Run what has to succeed before tests can run."""
    status, output = call(command, tree)
    if status:
        raise RuntimeError(f"{shlex.join(command)} failed in {tree}:\n{output[-3000:]}")


@contextmanager
def copied() -> Iterator[Path]:
    """Copy what git would keep of the working tree; the packages of Node are shared."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        tree = Path(folder).resolve() / "book"
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        (tree / "node_modules").symlink_to((ROOT / "node_modules").resolve())
        yield tree


@cache
def unharmed_site() -> Path:
    """Return the site as it is without any fault: `BOOK_SITE`, or this tree's own, up to date."""
    if named := os.environ.get("BOOK_SITE"):
        return Path(named).resolve()
    make([sys.executable, "-m", "website.build", "--quiet"], ROOT)
    return ROOT / "_build" / "html"


def site_for(fault: Fault, tree: Path) -> Path | None:
    """Return the site that the tests of a fault open."""
    if fault.pages:
        make([sys.executable, "-m", "website.build", "--quiet", "--only", *fault.pages], tree)
        return tree / "_build" / "preview" / "html"
    if not (fault.site and fault.bundled):
        return unharmed_site() if fault.site else None
    site = tree / "_build" / "html"
    shutil.copytree(unharmed_site(), site)
    for script in (tree / STATIC).glob("*.js"):
        shutil.copy(script, site / "_static")
    return site


def failure(output: str) -> tuple[str, str] | None:
    """Return the first test that failed, as Node or pytest name it, and its line with its words.

    >>> report = '''tests/unit/test_a.py:7: in test_a
    ...     assert sign == 1
    ... E   assert -1 == 1
    ... FAILED tests/unit/test_a.py::test_a - assert -1 == 1'''
    >>> failure(report)
    ('tests/unit/test_a.py::test_a', 'tests/unit/test_a.py:7: assert -1 == 1')
    >>> failure("1 passed")
    """
    test = re.search(r"^not ok \d+ - (.+)$|^FAILED (\S+?(?:\[.*?\])?)(?: - .*)?$", output, re.M)
    if not test:
        return None
    place = r"^\S*?((?:tests|lib)/\S+?:\d+): |file:\S*?/(tests/\S+?:\d+):\d+"
    words = re.search(r"^[ |]*E +(?!\w+: ?$)(\S.*)$", output, re.M)
    # pytest's innermost line is the last above its words; Node's, and a docstring's, comes first.
    places = re.findall(place, output[: words.start()] if words else output, re.M)
    line = "".join(places[-1 if words else 0]) if places else "?"
    words = words or re.search(r"^ *(?:error: (?:\|-)?|Got:)\s*(\S.*)$", output, re.M)
    return test[1] or test[2], f"{line}: {words[1] if words else ''}"


def outcome(fault: Fault, *, plant: bool = True) -> tuple[str, str]:
    """Plant a fault in a copy and run its tests there; return what failed, and ``""`` if nothing.

    Raises
    ------
    LookupError
        If the fault's text is gone.
    RuntimeError
        If the copy's bundles or pages cannot be made, or its tests cannot run.
    """
    with copied() as tree:
        if plant:
            (tree / fault.file).write_text(harmed(fault, tree), encoding="utf-8")
        if fault.bundled:
            make(["npm", "run", "--silent", "build"], tree)
        site = site_for(fault, tree)
        arguments = shlex.split(fault.tests)
        if fault.tests.endswith(".mjs"):
            command = ["node", "--test", "--test-reporter=tap", *arguments]
        else:
            options = ("-x", "-q", "-rf", "--tb=short", "--color=no", "-p", "no:cacheprovider")
            command = [sys.executable, "-m", "pytest", *options, *arguments]
        status, output = call(command, tree, site)
        found = failure(output)
        if status not in (0, 1) or bool(status) != bool(found):
            raise RuntimeError(f"{fault.name}: no test failed, and not all passed:\n{output}")
        return found or ("", "")


def main() -> int:
    """Print a row for each fault; return how many were not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these faults alone")
    parser.add_argument("--unharmed", action="store_true", help="plant none: all tests must pass")
    options = parser.parse_args()
    known = {fault.name: fault for fault in FAULTS}
    if unknown := set(options.names) - set(known):
        parser.error(
            f"no fault is called {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    chosen = [known[name] for name in options.names] or FAULTS
    for fault in chosen:
        harmed(fault)  # a text that is gone stops this before anything runs
    print(
        "| fault | tests run | first that fails | its line | s |\n|---|---|---|---|---|", flush=True
    )
    wrong = 0
    for fault in chosen:
        began = time.monotonic()
        try:
            test, line = outcome(fault, plant=not options.unharmed)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            test, line = "DID NOT RUN", "see above"
        wrong += bool(test) if options.unharmed else test in ("", "DID NOT RUN")
        shown = (test or "NONE").removeprefix(fault.tests.split("::")[0])
        cells = (f"`{fault.name}`", f"`{fault.tests}`", shown, line[:160])
        row = " | ".join(cell.replace("|", "\\|") for cell in cells)
        print(f"| {row} | {time.monotonic() - began:.0f} |", flush=True)
    print(f"\n{len(chosen) - wrong} of {len(chosen)} as they should be")
    return min(wrong, 100)


if __name__ == "__main__":
    sys.exit(main())
