"""Python processes that begin with packages imported, for commands that take less than that.

A build of two pages, a step of a course or a run of a few tests imports Sphinx, nbgrader or torch
first, and that takes most of its time. `warm` keeps a process that has imported them, and forks it
for each command: a process of its own like any other, with its own folder, environment and files.
The project's modules are never imported beforehand, so each command has those of its own tree.

    with warm("sphinx", "jupyter_book") as python:
        subprocess.run([*python, "-m", "website.build"], cwd=tree)

This file is also the program that is started; it imports nothing that takes long, and nothing of
the project.
"""

import contextlib
import json
import os
import runpy
import select
import socket
import sys

LENGTH = 8


def receive(connection, count):
    """Return so many bytes."""
    data = b""
    while len(data) < count:
        data += connection.recv(count - len(data)) or sys.exit("the other side is gone")
    return data


def ask(address, arguments):
    """Have a command run with this process's folder, environment and files; return its status."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        said = json.dumps([arguments, os.getcwd(), dict(os.environ)]).encode()
        socket.send_fds(connection, [len(said).to_bytes(LENGTH, "big")], [0, 1, 2])
        connection.sendall(said)
        return receive(connection, 1)[0]


def serve(address, modules):
    """Import modules, then run what is asked for until standard input closes."""
    for name in modules:
        __import__(name)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print(flush=True)  # it can be asked from now on
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                return answer(connection)
            connection.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def answer(connection):
    """Run one command in a child of this process, and tell its status."""
    length, files, _, _ = socket.recv_fds(connection, LENGTH, 3)
    arguments, folder, environment = json.loads(receive(connection, int.from_bytes(length, "big")))
    if (child := os.fork()) == 0:
        connection.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        return run(arguments)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(bytes([status if status >= 0 else 128 - status]))
    os._exit(0)


def run(arguments):
    """Do what Python does with these arguments: run a module or a file."""
    module = arguments[0] == "-m"
    sys.argv[:] = arguments[module:]
    place = os.getcwd() if module else os.path.dirname(os.path.abspath(arguments[0]))
    sys.path.insert(0, place)
    if module:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


@contextlib.contextmanager
def warm(*modules):
    """Yield the beginning of commands that find these modules imported, in the place of Python."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="warm-") as folder:
        address = os.path.join(folder, "socket")
        process = subprocess.Popen(
            [sys.executable, __file__, "serve", address, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout.read(1), f"{', '.join(modules)} cannot be imported"
            yield [sys.executable, "-IS", __file__, "ask", address]
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    del sys.path[0]  # where this file lies
    _, role, place, *rest = sys.argv
    if role == "ask":
        sys.exit(ask(place, rest))
    serve(place, rest)
