"""The sandbox around a student's kernel, and the limits it runs under.

Only the kernel is untrusted, so only the kernel is inside: nbgrader, the notebook with the hidden
tests, and every gradebook stay outside and reach the kernel through two Unix sockets, one cell at a
time. With bubblewrap the kernel sees a read-only system, a private ``/tmp`` and home directory in
memory, its own processes and no network. Without it only the limits hold, and the caller is told.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Instance

LAUNCHER = Path(__file__).with_name("kernel_launcher.py")
# User ids that no account uses; each grading slot has its own, so that one student's processes
# never count against another's limit. Only root can hand them out.
FIRST_UID = 2_000_000_000
MIB = 1024 * 1024

NO_SANDBOX = """\
WARNING: bubblewrap (the command `bwrap`) is not usable here, so students' code is NOT isolated.
Limits on time, memory and file size hold, but the code can read your files, including the hidden
tests and other students' work, and it can use the network. On Debian or Ubuntu: apt-get install
bubblewrap. On other systems grade inside a Linux virtual machine or container."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell_seconds : int
        Wall-clock time for one cell.
    total_seconds : int
        Wall-clock time for the whole notebook, the kernel's start included.
    memory_mib : int
        Memory of all the submission's processes together, in MiB.
    processes : int
        Processes and threads at a time.
    disk_mib : int
        Files written, in MiB; they live in memory and vanish with the kernel.
    output_kib : int
        Output kept from one cell, in KiB. A notebook that prints 32 times as much is stopped.
    """

    cell_seconds: int = 30
    total_seconds: int = 300
    memory_mib: int = 2048
    processes: int = 128
    disk_mib: int = 64
    output_kib: int = 256

    def as_dict(self):
        """Return the limits as a plain dictionary."""
        return asdict(self)

    def rlimits(self, contained):
        """Return the ``RLIMIT_*`` values that the kernel sets for itself."""
        limits = {
            "AS": self.memory_mib * MIB + 1024 * MIB,  # address space is mapped before it is used
            "FSIZE": self.disk_mib * MIB,
            "CPU": self.total_seconds,
            "CORE": 0,
            "NOFILE": 512,
        }
        if contained:
            # Outside a sandbox this would count every process of the teacher's account.
            limits["NPROC"] = self.processes
        return limits


@functools.cache
def bwrap_works():
    """Return whether bubblewrap is installed and allowed to create a sandbox here."""
    if not shutil.which("bwrap"):
        return False
    probe = ["bwrap", *_isolation(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    try:
        return subprocess.run([*probe, "true"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _isolation():
    common = [
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]
    if os.getuid() == 0:
        # Root is exempt from process limits, in a user namespace too; the launcher changes user.
        return [*common, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*common, "--unshare-user", "--disable-userns"]


def _system_paths():
    """Return the directories that Python and the student's imports need, outermost first."""
    lib = importlib.util.find_spec("lib")
    wanted = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"]
    wanted += [sys.base_prefix, sys.prefix]
    if lib and lib.origin:
        wanted.append(str(Path(lib.origin).parent))
    paths = []
    for path in sorted({Path(p) for p in wanted}, key=lambda p: (len(p.parts), str(p))):
        if path.exists() and not any(path.is_relative_to(p) for p in paths if not p.is_symlink()):
            paths.append(path)
    return paths


def _bind(path):
    if path.is_symlink() and path.parent == Path("/"):
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind", str(path), str(path)]


def _parents(path):
    """Create the directories above a mount so that the sandbox's user can pass through them."""
    options = []
    for parent in reversed(path.parents[:-1]):
        options += ["--perms", "0755", "--dir", str(parent)]
    return options


ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "agg",
    # One thread each: the submissions are what runs in parallel.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
}


@dataclass(frozen=True)
class Sandbox:
    """How to start one kernel.

    Attributes
    ----------
    sockets : Path
        Directory shared with the kernel, for its connection file and sockets. Keep it short: the
        path of a Unix socket has at most 107 bytes.
    inputs : Path
        Directory with the student's own files, copied into the kernel's working directory.
    home : Path
        The working directory where there is no bubblewrap.
    limits : Limits
    slot : int
        Which of the parallel graders this is.
    hidden : tuple of str
        Directories to cover with an empty one, in case they lie inside a system path.
    contained : bool
        Whether to use bubblewrap.
    """

    sockets: Path
    inputs: Path
    home: Path
    limits: Limits
    slot: int = 0
    hidden: tuple[str, ...] = ()
    contained: bool = True

    @property
    def uid(self):
        """The kernel's user id, or None to keep the caller's."""
        return FIRST_UID + self.slot if self.contained and os.getuid() == 0 else None

    def command(self):
        """Return the kernel's command line, with Jupyter's ``{connection_file}`` placeholder."""
        launcher = "/run/kernel_launcher.py" if self.contained else str(LAUNCHER)
        settings = {
            "uid": self.uid,
            "home": "/home/student" if self.contained else str(self.home),
            "inputs": "/run/inputs" if self.contained else str(self.inputs),
            "limits": self.limits.rlimits(self.contained),
        }
        kernel = [sys.executable, "-I", launcher, json.dumps(settings), "-f", "{connection_file}"]
        if not self.contained:
            return kernel
        return ["bwrap", *self._bwrap_options(), "--", *kernel]

    def _bwrap_options(self):
        size = str(self.limits.disk_mib * MIB)
        options = [*_isolation(), "--proc", "/proc", "--dev", "/dev"]
        # First, so that they do not cover an environment that lives below one of them.
        for writable in ("/tmp", "/home/student", "/dev/shm"):
            options += ["--perms", "1777", "--size", size, "--tmpfs", writable]
        for path in _system_paths():
            options += [*_parents(path), *_bind(path)]
        for path in self.hidden:
            if any(Path(path).is_relative_to(bound) for bound in _system_paths()):
                options += ["--tmpfs", path]
        options += [*_parents(Path("/run/inputs")), *_parents(self.sockets)]
        options += ["--ro-bind", str(LAUNCHER), "/run/kernel_launcher.py"]
        options += ["--ro-bind", str(self.inputs), "/run/inputs"]
        options += ["--bind", str(self.sockets), str(self.sockets)]
        options += ["--remount-ro", "/", "--chdir", "/home/student", "--clearenv"]
        for name, value in self.environment().items():
            options += ["--setenv", name, value]
        return options

    def environment(self):
        """Return the environment variables the kernel gets: none of the caller's secrets."""
        home = "/home/student" if self.contained else str(self.home)
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return {
            **ENVIRONMENT,
            "PATH": path,
            "HOME": home,
            "IPYTHONDIR": f"{home}/.ipython",
            "MPLCONFIGDIR": f"{home}/.matplotlib",
            "JUPYTER_RUNTIME_DIR": f"{home}/.runtime",
        }


class SandboxedKernelManager(AsyncKernelManager):
    """Start kernels inside a `Sandbox`, connected through Unix sockets instead of the network."""

    sandbox = Instance(Sandbox)

    def __init__(self, **kwargs):
        sandbox = kwargs["sandbox"]
        kwargs["transport"] = "ipc"
        kwargs["connection_file"] = str(sandbox.sockets / "k.json")
        kwargs["ip"] = str(sandbox.sockets / "k")
        super().__init__(**kwargs)

    @property
    def kernel_spec(self):
        """The command of the sandbox, whatever kernel the notebook asks for."""
        return KernelSpec(
            argv=self.sandbox.command(),
            display_name="Python 3 (sandboxed)",
            language="python",
            # A signal would reach bubblewrap, not the kernel behind it.
            interrupt_mode="message",
        )

    def write_connection_file(self, **kwargs):
        """Write the connection file so that the sandbox's user can read it."""
        super().write_connection_file(**kwargs)
        if self.sandbox.uid is not None:
            for path in (self.sandbox.sockets, Path(self.connection_file)):
                os.chown(path, self.sandbox.uid, self.sandbox.uid)

    async def _async_pre_start_kernel(self, **kwargs):
        kwargs["env"] = self.sandbox.environment()
        kwargs["cwd"] = str(self.sandbox.home)
        return await super()._async_pre_start_kernel(**kwargs)


class MemoryGuard(threading.Thread):
    """Kill this process's descendants when together they use too much memory.

    A limit on address space bounds one process; this bounds all of them, with or without control
    groups.
    """

    def __init__(self, limits, interval=0.2):
        super().__init__(daemon=True)
        self.limit = limits.memory_mib * MIB
        self.processes = limits.processes
        self.interval = interval
        self.reason = None
        self._stopped = threading.Event()

    def run(self):
        """Watch until `stop`, or until a limit is passed."""
        while not self._stopped.wait(self.interval):
            descendants = psutil.Process().children(recursive=True)
            if len(descendants) > self.processes:
                self.reason = f"more than {self.processes} processes"
            elif self._memory(descendants) > self.limit:
                self.reason = f"more than {self.limit // MIB} MiB of memory"
            if self.reason:
                kill_descendants()

    def stop(self):
        """End the watch."""
        self._stopped.set()

    @staticmethod
    def _memory(processes):
        total = 0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total


def kill_descendants():
    """Kill every process below this one."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()
