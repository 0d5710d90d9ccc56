"""Execute the chapters in parallel, into a cache that knows what they were computed with.

Jupyter Book's own cache compares a notebook's code cells only: after a change in `lib/` it serves
the old outputs. Here the cache's directory is named after a digest of everything that a cell can
import, so another library is another cache, and since the directory is part of the configuration
Sphinx reads every page again. What is missing in the cache is executed before Sphinx reads the
pages, one kernel for each processor; Jupyter Book then finds every result there.
"""

import hashlib
import os
import shutil
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import CellControlSignal, CellExecutionError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.util import logging

from website import kernels

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
KEPT_CACHES = 3
# There is a kernel for each processor: threads of the linear algebra in them would only wait for
# each other, by counting, which is two thirds of the work of a chapter that trains.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class ChapterError(SphinxError):
    """A cell raised, or ran out of time."""

    category = "A chapter failed"


@dataclass(frozen=True)
class Chapter:
    """A notebook that is about to be executed."""

    path: Path
    notebook: nbformat.NotebookNode


def digest(paths: Iterable[Path]) -> str:
    """Return a short digest of the files' names and contents, directories walked.

    >>> len(digest([ROOT / "requirements.txt"]))
    16
    """
    state = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" in file.parts or not file.exists():
                continue
            state.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
            state.update(hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()[:16]


def importable() -> list[Path]:
    """Return what a cell's output depends on: the library without its JavaScript, and the lock."""
    lib = ROOT / "lib"
    sources = [p for p in lib.rglob("*") if p.suffix in {".py", ".json"} and "js" not in p.parts]
    return [*sorted(sources), ROOT / "requirements.txt"]


def configure(app: Sphinx, config: Config) -> None:
    """Name the cache after the library, and make Sphinx notice a change of the site's own code."""
    caches = Path(app.outdir).parent / "executed"
    current = caches / digest(importable())
    current.mkdir(parents=True, exist_ok=True)
    os.utime(current)
    for old in sorted(caches.iterdir(), key=lambda p: p.stat().st_mtime)[:-KEPT_CACHES]:
        shutil.rmtree(old, ignore_errors=True)
    config.nb_execution_cache_path = str(current)
    config.site_digest = digest([ROOT / "website", ROOT / "lib" / "explorables"])


def execute_missing(app: Sphinx, env: Any, docnames: list[str]) -> None:
    """Execute those of `docnames` that are notebooks and have no result in the cache."""
    if env.mystnb_config.execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    chapters = [
        chapter
        for name in docnames
        if (chapter := read_chapter(env, Path(env.doc2path(name))))
        and not is_cached(cache, chapter)
    ]
    if not chapters:
        return
    logger.info(
        "executing %d notebooks: %s", len(chapters), ", ".join(c.path.stem for c in chapters)
    )
    timeout = env.mystnb_config.execution_timeout
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [f for f in pool.map(lambda c: execute(c, timeout), chapters) if f]
    for chapter in chapters:
        if not any(chapter.path == path for path, _ in failures):
            bundle = CacheBundleIn(chapter.notebook, str(chapter.path), data={})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failures:
        raise ChapterError(
            "".join(f"\n\n{path.relative_to(ROOT)}\n{text}" for path, text in failures)
        )


def read_chapter(env: Any, path: Path) -> Chapter | None:
    """Read a notebook as Jupyter Book reads it; None for a page without code."""
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
    if reader is None:
        return None
    try:
        notebook = reader.read(text)
    except Exception as error:
        raise ChapterError(
            f"{path.relative_to(ROOT)} does not read as a notebook: {error!r}. "
            "A fence that opens with a backtick in its title, or one that never closes, does this."
        ) from error
    has_code = any(cell.cell_type == "code" for cell in notebook.cells)
    return Chapter(path, notebook) if has_code else None


def is_cached(cache: JupyterCacheAbstract, chapter: Chapter) -> bool:
    try:
        cache.match_cache_notebook(chapter.notebook)
    except KeyError:
        return False
    return True


def execute(chapter: Chapter, timeout: int) -> tuple[Path, str] | None:
    """Execute the notebook in place; return its path and the traceback if a cell fails."""
    try:
        kernels.execute(
            chapter.notebook,
            cwd=chapter.path.parent,
            env={**kernels.environment(), **ONE_THREAD, "PYTHONHASHSEED": "0"},
            timeout=timeout,
        )
    except CellExecutionError as error:
        return chapter.path, str(error)
    except (CellControlSignal, Exception):
        return chapter.path, traceback.format_exc()
    return None


def setup(app: Sphinx) -> None:
    app.add_config_value("site_digest", "", "env", str)
    # Before myst-nb takes its configuration at builder-inited.
    app.connect("config-inited", configure)
    app.connect("env-before-read-docs", execute_missing)
