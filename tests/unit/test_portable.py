"""What runs on Windows and macOS too: the way from the requirements to a built page."""

import ast
import re
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from website.tools import node

ROOT = Path(__file__).resolve().parents[2]
#: Whatever asks for these by name stops on Windows.
POSIX = {
    "modules": {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"},
    "os": {
        *(
            "WNOHANG",
            "chown",
            "chroot",
            "execvp",
            "fchmod",
            "fork",
            "forkpty",
            "getegid",
            "geteuid",
        ),
        *("getgid", "getpgid", "getuid", "killpg", "mkfifo", "nice", "pipe2", "posix_spawn"),
        *("sched_getaffinity", "setpgid", "setsid", "setuid", "statvfs", "sysconf", "uname"),
        *("wait3", "wait4"),
    },
    "signal": {
        *("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2"),
        *("alarm", "pause", "pthread_sigmask", "setitimer", "sigwait"),
    },
}


def asks_for_the_system(test: ast.AST) -> bool:
    return re.search(r"os\.name|sys\.platform", ast.unparse(test)) is not None


def posix_only(node: ast.AST) -> Iterator[str]:
    """Yield what Windows lacks in `node`, but for what stands behind a question for the system."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) if asks_for_the_system(test):
            return
        case ast.BoolOp(values=[first, *_]) if asks_for_the_system(first):
            return
        case ast.Import(names=names):
            yield from (a.name for a in names if a.name in POSIX["modules"])
        case ast.ImportFrom(module=module) if module in POSIX["modules"]:
            yield module
        case ast.Attribute(value=ast.Name(id="os" | "signal" as owner), attr=name):
            if name in POSIX[owner]:
                yield f"{owner}.{name}"
    for child in ast.iter_child_nodes(node):
        yield from posix_only(child)


def text_without_encoding(tree: ast.AST) -> Iterator[str]:
    """Yield the calls that read or write text in whatever encoding the machine is set to."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = {keyword.arg for keyword in call.keywords}
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        words = [value.value for value in values if isinstance(value, ast.Constant)]
        binary = any(isinstance(word, str) and re.fullmatch("[rwxa]b[+]?", word) for word in words)
        foreign = isinstance(owner, ast.Name) and owner.id in {"archive", "os", "Image"}
        opens = name in {"open", "fdopen"} and not binary and not foreign
        runs = isinstance(owner, ast.Name) and owner.id == "subprocess" and "text" in given
        if (opens or runs or name in {"read_text", "write_text"}) and "encoding" not in given:
            yield ast.unparse(call)


def faults(search: Callable[[ast.AST], Iterator[str]], *folders: str) -> list[str]:
    """Return what a search finds in the modules of some folders, which must not be empty."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(paths) > 40
    return [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in paths
        for fault in search(ast.parse(path.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fcntl", ["fcntl"]),
        ("def f():\n    from pwd import getpwnam", ["pwd"]),
        ("signal.signal(signal.SIGHUP, stop)", ["signal.SIGHUP"]),
        ("if os.name == 'posix' and os.geteuid() == 0: pass", []),
        ("if ready and os.geteuid() == 0: pass", ["os.geteuid"]),
        ("if sys.platform != 'win32':\n    import fcntl", []),
    ],
)
def test_the_search_for_posix_sees_it(source: str, found: list[str]) -> None:
    assert list(posix_only(ast.parse(source))) == found


def test_the_book_asks_for_nothing_that_windows_lacks() -> None:
    assert not faults(posix_only, "website", "lib")


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("path.read_text()", 1),
        ("path.read_text(encoding='utf-8')", 0),
        ("path.write_text(words)", 1),
        ("(folder / 'lock').open('w')", 1),
        ("open(path, 'rb')", 0),
        ("subprocess.run(command, text=True)", 1),
        ("subprocess.run(command, encoding='utf-8')", 0),
    ],
)
def test_the_search_for_text_without_encoding_sees_it(source: str, count: int) -> None:
    assert len(list(text_without_encoding(ast.parse(source)))) == count


def test_text_is_read_and_written_as_utf8_whatever_the_machine_is_set_to() -> None:
    assert not faults(text_without_encoding, "website", "lib", "course", "benchmarks")


def test_node_is_found_beside_the_environments_other_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment that is not activated has its programs outside PATH."""
    program = tmp_path / "node"
    program.touch(mode=0o755)
    monkeypatch.setattr(sysconfig, "get_path", {"scripts": str(tmp_path)}.get)
    monkeypatch.setenv("PATH", "")
    assert node() == str(program)
    program.unlink()
    with pytest.raises(FileNotFoundError, match=r"requirements\.txt"):
        node()
