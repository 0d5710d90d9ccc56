"""Run a student's notebook. This is the one process in which their code runs, inside the sandbox.

``python -I runner.py`` speaks lines of JSON: orders come on standard input, answers go to standard
output. It has no hidden test and computes no verdict. Where a test cell stands it forks; a copy
sleeps until the last cell has run and then answers the judge's questions, so nothing that a test
asks can reach a cell whose output is shown. Of two copies one is for the visible tests, which have
all been asked before the first copy for hidden tests wakes. It imports nothing from the project,
which the sandbox does not hold, and is believed by nobody: `course.plain` reads what it says.
"""

import base64
import contextlib
import io
import json
import os
import resource
import signal
import sys
from _thread import _count as count_threads

# The other half lies beside this file, but is no module that a student can import.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from runner_values import Copy, text_of

del sys.path[0], sys.modules["runner_values"]


class Link:
    """Lines of JSON on what were standard input and output, which code may then print to.

    Whoever writes waits for the answer, so neither buffer holds anything while the process forks.
    """

    def __init__(self):
        self.incoming, self.outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        self.owner = os.getpid()
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)

    def receive(self):
        """Return the next order, and say that it has come; end when nobody is left to give one."""
        line = self.incoming.readline()
        if not line:
            os._exit(0)
        order = json.loads(line)
        self.send({"got": order["number"]})
        return order

    def keep_to_owner(self):
        """End whatever the student's code has forked, before it takes an order or answers one."""
        if os.getpid() != self.owner:
            os._exit(0)

    def send(self, message):
        """Write one answer."""
        self.keep_to_owner()
        self.outgoing.write(json.dumps(message).encode() + b"\n")
        self.outgoing.flush()


class Outputs(list):
    """What a cell shows, up to a limit."""

    limit = left = 2**18

    def clear(self):
        super().clear()
        self.left = self.limit

    def add(self, output, size):
        """Keep an output if there is room for it, and say once if there is none."""
        before, self.left = self.left, self.left - size
        if self.left >= 0:
            self.append(output)
        elif before >= 0:
            note = f"\n[output beyond {self.limit // 1024} KiB is not kept]\n"
            self.append({"output_type": "stream", "name": "stdout", "text": note})

    def stream(self, name):
        """Return a text stream whose text becomes output."""
        raw = io.RawIOBase()
        raw.writable = lambda: True
        raw.write = lambda data: self._write(name, bytes(data))
        return io.TextIOWrapper(raw, "utf-8", "replace", newline="", write_through=True)

    def _write(self, name, data):
        text = data.decode("utf-8", "replace")
        if self and self[-1].get("name") == name and self.left >= len(data):
            self[-1]["text"] += text
            self.left -= len(data)
        else:
            self.add({"output_type": "stream", "name": name, "text": text}, len(data))
        return len(data)


def make_shell(outputs):
    """Return an IPython that appends what it shows to `outputs`."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    def keep(kind, data, metadata, **more):
        output = {"output_type": kind, "data": data, "metadata": metadata or {}, **more}
        outputs.add(output, sum(len(str(part)) for part in data.values()))

    class Hook(DisplayHook):
        write_output_prompt = finish_displayhook = lambda self: None

        def write_format_data(self, format_dict, md_dict=None):
            keep("execute_result", format_dict, md_dict)

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, *, update=False, **kwargs):
            if not update:
                keep("display_data", data, metadata)

        def clear_output(self, wait=False):
            outputs.clear()

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """Do nothing: there is no screen."""

        def ask_exit(self):
            """Do nothing: the notebook is run to its end."""

        def _showtraceback(self, etype, evalue, stb):
            error = {"ename": etype.__name__, "evalue": text_of(evalue), "traceback": list(stb)}
            outputs.add({"output_type": "error", **error}, len(str(error)))

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.update({"colors": "nocolor", "autoindent": False})
    return Shell.instance(config=settings, displayhook_class=Hook, display_pub_class=Publisher)


class Session:
    """The student's Python, and the copies of it that wait to be asked."""

    def __init__(self, link, output_limit):
        self.link, self.outputs, self.copies = link, Outputs(), {}
        self.outputs.limit = output_limit
        self.shell = make_shell(self.outputs)
        sys.stdout, sys.stderr = self.outputs.stream("stdout"), self.outputs.stream("stderr")

    def run(self, source, seconds, store_history):
        """Run one cell; an alarm ends it as an interrupt would."""
        rang = []

        def ring(*args):
            rang.append(True)
            raise KeyboardInterrupt(f"the cell ran for {seconds} s")

        self.outputs.clear()
        try:
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            self.shell.run_cell(source, store_history=store_history)
        except BaseException as error:
            self.shell._showtraceback(type(error), error, [text_of(error)])
        finally:
            self.link.keep_to_owner()
            signal.setitimer(signal.ITIMER_REAL, 0)
        asleep = [process for copies in self.copies.values() for process, _ in copies]
        gone = any(os.waitpid(process, os.WNOHANG)[0] for process in asleep)
        company = count_threads() + max(0, count_children() - len(asleep))
        return {"outputs": list(self.outputs), "late": bool(rang), "gone": gone, "company": company}

    def fork(self, key):
        """Leave a copy asleep at this place of the notebook."""
        wake, waker = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(waker)
            if os.read(wake, 1):
                self.link.owner = os.getpid()
                Copy(self.link, self.shell.user_ns, self.outputs).serve()
            os._exit(0)
        os.close(wake)
        self.copies.setdefault(key, []).append((process, waker))

    def ask(self, key):
        """Wake a copy that was left here, wait for its end, and say how it ended."""
        process, waker = self.copies[key].pop()
        with contextlib.suppress(OSError):
            os.write(waker, b"!")
        return {"end": os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}


def count_children():
    """Return how many processes this one has started that have not been waited for."""
    with (
        contextlib.suppress(OSError),
        open(f"/proc/self/task/{os.getpid()}/children", "rb") as told,
    ):
        return len(told.read().split())
    return 0


def settle(settings):
    """Give up privileges, write the student's files, accept the limits."""
    if settings["uid"] is not None and os.getuid() == 0:
        os.setgroups([])
        os.setgid(settings["uid"])
        os.setuid(settings["uid"])
    os.umask(0o077)
    os.chdir(settings["home"])
    for name, data in settings["files"].items():
        if os.path.dirname(name):
            os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as stream:
            stream.write(base64.b64decode(data))
    for name, value in settings["limits"].items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # Soft and hard alike, so that the student's code cannot raise them again.
        resource.setrlimit(kind, (value, value))
    # As in an ordinary notebook, files beside the notebook can be imported.
    sys.path[:] = ["", *sys.path, *settings["paths"]]


def main():
    link = Link()
    settings = link.receive()
    settle(settings)
    session = Session(link, settings["output"])
    link.send({"ready": os.getpid()})
    while True:
        order = link.receive()
        if order["op"] == "run":
            for _ in range(order["copies"]):
                session.fork(order["key"])
            link.send(session.run(order["source"], order["seconds"], order["history"]))
        elif order["op"] == "ask":
            link.send(session.ask(order["key"]))


if __name__ == "__main__":
    main()
