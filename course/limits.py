"""What a submission may use, and the guard that sees to it."""

import contextlib
import math
import threading
import time
from dataclasses import dataclass

import psutil

MIB = 1024 * 1024
# Bytes a second that no machine's processes together fill faster.
FASTEST = 32 * 1024 * MIB


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Wall-clock seconds for one cell and for the whole notebook (and as much again for the hidden
    tests); memory of all its processes together in MiB; processes and threads at a time; files
    written in MiB, which live in memory; output kept from one cell in KiB.
    """

    cell_seconds: int = 30
    total_seconds: int = 300
    memory_mib: int = 2048
    processes: int = 128
    disk_mib: int = 64
    output_kib: int = 256

    def rlimits(self, kind):
        """Return the ``RLIMIT_*`` values that the runner sets for itself."""
        limits = {
            "AS": self.memory_mib * MIB + 1024 * MIB,  # address space is mapped before it is used
            "FSIZE": self.disk_mib * MIB,
            "CPU": 2 * self.total_seconds,
            "CORE": 0,
            "NOFILE": 512,
        }
        if kind == "bwrap":
            # Outside a sandbox this would count every process of the teacher's account.
            limits["NPROC"] = self.processes
        return limits


class MemoryGuard(threading.Thread):
    """Kill this process's descendants when together they use too much memory.

    A limit on address space bounds one process; this bounds all of them, with or without control
    groups. Pages that copies of a process share are counted once.
    """

    def __init__(self, limits, interval=0.2):
        super().__init__(daemon=True)
        self.limits, self.interval, self.reason = limits, interval, ""
        self.lock = threading.Lock()
        self.used, self.when = 0, -math.inf

    def run(self):
        """Watch until this process ends."""
        while True:
            threading.Event().wait(self.interval)
            with self.lock:
                self._measure()

    def check(self):
        """Return whether nothing had to be killed since the last `end`.

        Asked at the end of a cell, so that what it keeps is not found in the next one. Measuring
        takes longer than most cells: it is left out where there was no time to use too much.
        """
        with self.lock:
            possible = self.used + FASTEST * (time.monotonic() - self.when)
            if possible > self.limits.memory_mib * MIB:
                self._measure()
            return not self.reason

    def _measure(self):
        self.when, below = time.monotonic(), psutil.Process().children(recursive=True)
        self.used = sum(map(_memory, below))
        if len(below) > self.limits.processes:
            self.reason = f"the notebook used more than {self.limits.processes} processes"
        elif self.used > self.limits.memory_mib * MIB:
            self.reason = f"the notebook used more than {self.limits.memory_mib} MiB of memory"
        else:
            return
        _kill(below)

    def end(self):
        """Kill every process below this one; return the reason if the guard had one to do so."""
        with self.lock:
            _kill(psutil.Process().children(recursive=True))
            reason, self.reason = self.reason, ""
            return reason


def _memory(process):
    path = f"/proc/{process.pid}/smaps_rollup"
    with contextlib.suppress(OSError, StopIteration), open(path, encoding="ascii") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _kill(processes):
    """Kill processes and see them end: until then their memory would count as the next one's."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
