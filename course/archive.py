"""Read a download's files, from a folder or a zip archive, without trusting what it says."""

import io
import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from .layout import CourseError

MAX_FILES = 100
MAX_BYTES = 20 * 2**20
MAX_MEMBERS = 100_000
# What one download may unpack to: far more than a class hands in, and far less than a disk.
MAX_TOTAL = 4 * 2**30
# What systems leave in folders and archives, which nobody has handed in.
SKIPPED = ("__pycache__", ".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class Refused(Exception):
    """A file that will not be unpacked; the message is the reason."""


@dataclass
class Found:
    """One file of a download.

    ``skip`` is why it is nobody's work, ``problem`` what is wrong with whoever's work it is.
    """

    path: str
    data: bytes = b""
    skip: str = ""
    problem: str = ""

    def __post_init__(self):
        self.path = normal(self.path)
        if any(part in SKIPPED or part.startswith("._") for part in PurePosixPath(self.path).parts):
            self.skip = "left there by the system"


def normal(text):
    """Return a text with composed letters and no control characters, as names are kept."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\ufffd", unicodedata.normalize("NFC", text))


def read_files(source):
    """Yield the files of a zip archive or a folder; links are not followed."""
    if source.is_file():
        yield from read_zip(source.read_bytes(), MAX_TOTAL)
        return
    for path in sorted(source.rglob("*")):
        status = path.lstat()
        found = Found(path.relative_to(source).as_posix())
        if stat.S_ISDIR(status.st_mode):
            continue
        if not stat.S_ISREG(status.st_mode):
            found.skip = found.skip or "a link or a device instead of a file"
        elif status.st_size > MAX_BYTES:
            found.problem = f"a file is larger than {MAX_BYTES // 2**20} MiB"
        else:
            found.data = path.read_bytes()
        yield found


def read_zip(data, budget):
    """Yield the files of a zip archive without trusting what it says of itself.

    It may unpack to ``budget`` bytes. Raises `CourseError` if it is no archive or has too many
    members.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CourseError(f"This is not a zip archive that can be read: {error}") from None
    if len(members) > MAX_MEMBERS:
        raise CourseError(f"The archive has more than {MAX_MEMBERS} members.")
    for member in members:
        if member.is_dir():
            continue
        found = Found(member.filename.replace("\\", "/"))
        try:
            found.data = _read_member(archive, member, min(MAX_BYTES, budget))
            budget -= len(found.data)
        except Refused as error:
            found.problem = str(error)
        yield found


def _read_member(archive, member, limit):
    if not safe_path(member.filename):
        raise Refused("the path in the archive leads outside of it")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("the archive holds a link or a device instead of a file")
    if member.flag_bits & 1:
        raise Refused("the archive is encrypted")
    try:
        with archive.open(member) as stream:
            data = stream.read(limit + 1)
    except Exception as error:  # zlib, lzma and bz2 have an error class of their own each
        raise Refused(f"the archive is damaged ({type(error).__name__}: {error!s:.80})") from None
    if len(data) > limit:
        raise Refused(f"a file unpacks to more than {limit // 2**20} MiB")
    return data


def safe_path(name):
    """Return whether an archive member's name stays inside the folder it is unpacked to."""
    path = PurePosixPath(name.replace("\\", "/"))
    harmless = not path.is_absolute() and ".." not in path.parts and "\0" not in name
    return harmless and not re.match(r"[A-Za-z]:", name) and len(name) < 500
