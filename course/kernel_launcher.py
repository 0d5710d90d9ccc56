"""Become a student's kernel: give up privileges, accept the limits, then start ipykernel.

This file runs inside the sandbox as ``python -I kernel_launcher.py SETTINGS -f CONNECTION_FILE``.
It imports nothing from the project, because inside the sandbox the project is not there.
"""

import json
import os
import resource
import shutil
import sys


def copy_inputs(source, destination):
    """Copy the student's own files into the writable working directory."""
    for folder, _, files in os.walk(source):
        target = os.path.join(destination, os.path.relpath(folder, source))
        os.makedirs(target, exist_ok=True)
        for name in files:
            shutil.copyfile(os.path.join(folder, name), os.path.join(target, name))


def become(uid):
    """Turn from root into an unprivileged user, for whom process limits count."""
    if uid is not None and os.getuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


def accept_limits(limits):
    """Set soft and hard limits alike, so that the student's code cannot raise them again."""
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def main():
    settings = json.loads(sys.argv[1])
    become(settings["uid"])
    os.umask(0o077)
    os.chdir(settings["home"])
    copy_inputs(settings["inputs"], settings["home"])
    accept_limits(settings["limits"])
    sys.argv = [sys.argv[0], *sys.argv[2:]]
    # As in an ordinary notebook, files beside the notebook can be imported.
    sys.path.insert(0, "")
    # Nobody debugs here, and the debugger is a seventh of what the kernel's start costs.
    sys.modules["debugpy"] = None
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
