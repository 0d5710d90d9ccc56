"""Install the engines that `make engines` needs, or say how to."""

from tests.engines.browsers import ENGINES
from website.chromium import debian, run

PACKAGES = {"firefox": ["firefox-esr"], "webkit": ["webkit2gtk-driver", "xvfb"]}
HELP = {
    "firefox": "install firefox-esr or firefox with the system's package manager, "
    "or .venv/bin/python -m playwright install firefox",
    "webkit": "install WebKitGTK's driver and Xvfb with the system's package manager "
    "(Debian, Ubuntu: apt-get install webkit2gtk-driver xvfb); Linux only",
}


def main() -> None:
    missing = [name for name, find in ENGINES.items() if isinstance(find(), str)]
    if missing and debian():
        run("apt-get", "update", "-qq")
        for name in missing:
            run("apt-get", "install", "-qq", "-y", *PACKAGES[name])
    for name in missing:
        if isinstance(lack := ENGINES[name](), str):
            print(f"{name} will not be run: {lack}.\n  To have it: {HELP[name]}.")


if __name__ == "__main__":
    main()
