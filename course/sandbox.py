"""The sandbox around a student's code.

Only the runner is untrusted, so only the runner is inside. It sees a read-only system, a private
home directory and ``/tmp`` in memory, its own processes and no network, and reaches the judge
through one pipe. Bubblewrap makes the sandbox, or podman where there is no bubblewrap.
"""

import functools
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from .layout import CourseError
from .limits import MIB, Limits

RUNNER = [Path(__file__).with_name(name) for name in ("runner.py", "runner_values.py")]
IMAGE = "course-runner"
# User ids that no account uses, one for each judge, so that one student's processes never count
# against another's limit. Only root can hand them out.
FIRST_UID = 2_000_000_000

UNCONTAINED = """\
WARNING: students' code is NOT contained. Limits on time, memory and file size hold, but the code
can read your files, including the hidden tests and other students' work, and use the network."""

NO_SANDBOX = """\
Nothing here can contain students' code, so nothing was graded. There are three ways on:
- bubblewrap: on Debian and Ubuntu, `sudo apt-get install bubblewrap`;
- podman, also on macOS, with an image of the book's requirements: in the book's folder,
    printf '%s\\n' 'FROM python:3.12-slim' 'COPY requirements.txt .' \\
      "RUN grep -v '^-e' requirements.txt | pip install -r /dev/stdin" |
      podman build --tag course-runner --file - .
- `--uncontained`, on a machine that holds nothing you would not show your students."""

# Ubuntu 24.04 lets only programs with a profile create the namespaces that bubblewrap needs.
APPARMOR = """\
bubblewrap is installed, but this system's AppArmor forbids it to make a sandbox. To allow it:
sudo tee /etc/apparmor.d/bwrap <<'END'
abi <abi/4.0>,
include <tunables/global>
profile bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
  include if exists <local/bwrap>
}
END
sudo apparmor_parser --replace /etc/apparmor.d/bwrap
Or:"""


def containment(uncontained=False):
    """Return what contains students' code here: ``"bwrap"``, ``"podman"`` or ``"nothing"``.

    Raises `CourseError`, saying what to install, if nothing does and that is not allowed.
    """
    if bwrap_works():
        return "bwrap"
    if podman_works():
        return "podman"
    if uncontained:
        return "nothing"
    setting = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    installed = shutil.which("bwrap") and setting.exists()
    forbidden = installed and setting.read_text(encoding="utf-8").strip() == "1"
    raise CourseError(f"{APPARMOR}\n{NO_SANDBOX}" if forbidden else NO_SANDBOX)


@functools.cache
def bwrap_works():
    """Return whether bubblewrap is installed and allowed to create a sandbox here."""
    system = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    return _succeeds(["bwrap", *_isolation(), *system, "true"])


@functools.cache
def podman_works():
    """Return whether podman is installed and has the image to run students' code in."""
    return _succeeds(["podman", "image", "exists", IMAGE])


def _succeeds(command):
    try:
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _isolation():
    common = [
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    ]
    if os.getuid() == 0:
        # Root is exempt from process limits, in a user namespace too; the runner changes user.
        return [*common, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*common, "--unshare-user", "--disable-userns"]


def library():
    """Return the folder of the book's library, which some assignments import."""
    return Path(importlib.util.find_spec("lib").origin).parent


def _system_paths():
    """Return the directories that Python and the student's imports need, outermost first."""
    wanted = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"]
    wanted += [sys.base_prefix, sys.prefix, library()]
    paths = []
    for path in sorted({Path(p) for p in wanted}, key=lambda p: (len(p.parts), str(p))):
        if path.exists() and not any(path.is_relative_to(p) for p in paths if not p.is_symlink()):
            paths.append(path)
    return paths


def _bind(path):
    """Show a path, in directories above it that the sandbox's user can pass through."""
    if path.is_symlink() and path.parent == Path("/"):
        return ["--symlink", os.readlink(path), str(path)]
    above = [["--perms", "0755", "--dir", str(p)] for p in reversed(path.parents[:-1])]
    return [*itertools.chain(*above), "--ro-bind", str(path), str(path)]


@dataclass(frozen=True)
class Sandbox:
    """How to start one runner.

    ``kind`` is what `containment` returned, ``hidden`` directories to cover in case they lie inside
    a system path, ``home`` the working directory, a real one where nothing contains the code.
    """

    limits: Limits
    kind: str = "bwrap"
    hidden: tuple[str, ...] = ()
    home: str = "/home/student"

    @property
    def settings(self):
        """What the runner is told first."""
        return {
            "uid": FIRST_UID + os.getpid() if self.kind == "bwrap" and not os.getuid() else None,
            "home": self.home,
            "limits": self.limits.rlimits(self.kind),
            "output": self.limits.output_kib * 1024,
            "paths": ["/run/book" if self.kind == "podman" else str(library().parent)],
        }

    def command(self):
        """Return the runner's command line."""
        inside = "/run/course/runner.py"
        if self.kind == "bwrap":
            return ["bwrap", *self._bwrap_options(), "--", sys.executable, "-I", inside]
        if self.kind == "podman":
            return ["podman", "run", *self._podman_options(), IMAGE, "python3", "-I", inside]
        return [sys.executable, "-I", str(RUNNER[0])]

    def _bwrap_options(self):
        size = str(self.limits.disk_mib * MIB)
        options = [*_isolation(), "--proc", "/proc", "--dev", "/dev"]
        # First, so that they do not cover an environment that lives below one of them.
        for writable in ("/tmp", self.home, "/dev/shm"):
            options += ["--perms", "1777", "--size", size, "--tmpfs", writable]
        for path in _system_paths():
            options += _bind(path)
        for path in self.hidden:
            if any(Path(path).is_relative_to(bound) for bound in _system_paths()):
                options += ["--tmpfs", path]
        options += ["--perms", "0755", "--dir", "/run", "--perms", "0755", "--dir", "/run/course"]
        for part in RUNNER:
            options += ["--ro-bind", str(part), f"/run/course/{part.name}"]
        options += ["--remount-ro", "/", "--chdir", self.home, "--clearenv"]
        for name, value in self.environment().items():
            options += ["--setenv", name, value]
        return options

    def _podman_options(self):
        limits = self.limits
        options = ["-i", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"]
        options += ["--name", f"course-{uuid.uuid4().hex}", "--security-opt", "no-new-privileges"]
        options += ["--memory", f"{limits.memory_mib}m", "--pids-limit", str(limits.processes)]
        options += ["--timeout", str(3 * limits.total_seconds), "--workdir", self.home]
        for writable in ("/tmp", self.home, "/dev/shm"):
            options += ["--tmpfs", f"{writable}:rw,mode=1777,size={limits.disk_mib}m"]
        for part in RUNNER:
            options += ["--volume", f"{part}:/run/course/{part.name}:ro"]
        options += ["--volume", f"{library()}:/run/book/lib:ro"]
        for name, value in self.environment().items():
            if name != "PATH":
                options += ["--env", f"{name}={value}"]
        return options

    def environment(self):
        """Return the environment variables the runner gets: none of the caller's secrets."""
        return {
            "LANG": "C.UTF-8",
            "MPLBACKEND": "agg",
            # One thread each: the submissions are what runs in parallel.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "NBGRADER_EXECUTION": "autograde",
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": self.home,
            "IPYTHONDIR": f"{self.home}/.ipython",
            "MPLCONFIGDIR": f"{self.home}/.matplotlib",
        }
