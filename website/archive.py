"""Pack the built site: `python -m website.archive`, which `make site-zip` runs.

The archive unpacks into one folder; its `index.html` opens by double-click and needs no network.
"""

import argparse
import zipfile
from pathlib import Path

from website.build import main as build

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "cross-entropy-book"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same site gives the same archive


def pack(site: Path, target: Path) -> int:
    """Write the files of `site` into the zip archive `target`; return how many there were."""
    files = sorted(path for path in site.rglob("*") if path.is_file() and path.name != ".buildinfo")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            name = f"{FOLDER}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return len(files)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m website.archive", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / f"{FOLDER}.zip")
    options = parser.parse_args()
    if failed := build(["--quiet"]):
        return failed
    count = pack(ROOT / "_build" / "html", options.out)
    size = options.out.stat().st_size / 1e6
    print(f"{options.out}: {count} files, {size:.1f} MB. Unpack it and open {FOLDER}/index.html")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
