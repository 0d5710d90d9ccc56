"""Where the book lives: its repository and its address, as the environment tells them.

GitHub Actions sets `GITHUB_REPOSITORY`, `GITHUB_SERVER_URL` and `GITHUB_REF_NAME`, so a fork's site
points at the fork. `BOOK_BASE_URL` gives the site's address where it is not the repository's own
GitHub Pages, and `BOOK_JUPYTERHUB_URL` a JupyterHub with nbgitpuller. What is unknown is absent.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

NOTEBOOKS_BRANCH = "notebooks"  # where the publishing workflow puts the generated notebooks


@dataclass(frozen=True)
class Place:
    """The book's repository and address; empty strings for what is unknown."""

    repository: str = ""  # owner/name
    server: str = ""  # https://github.com
    ref: str = ""
    base: str = ""  # the site's address, with a slash at its end
    hub: str = ""

    @property
    def source(self) -> str:
        """Return the repository's address, or an empty string."""
        return f"{self.server}/{self.repository}" if self.repository else ""

    def tools(self, page: str) -> list[dict[str, str]]:
        """Return the services that can open `page` (its name in the table of contents).

        >>> place = Place("owner/book", "https://github.com", "main")
        >>> [tool["name"] for tool in place.tools("chapters/entropy")]
        ['Colab', 'Binder']
        >>> Place().tools("chapters/entropy")
        []
        """
        if not self.repository:
            return []
        tools = []
        if self.server == "https://github.com":
            github = f"https://colab.research.google.com/github/{self.repository}"
            colab = f"{github}/blob/{NOTEBOOKS_BRANCH}/{page}.ipynb"
            tools.append({"name": "Colab", "url": colab})
            ref, start = quote(self.ref, safe=""), urlencode({"urlpath": f"lab/tree/{page}.md"})
            binder = f"https://mybinder.org/v2/gh/{self.repository}/{ref}?{start}"
            tools.append({"name": "Binder", "url": binder})
        if self.hub:
            query = {
                "repo": self.source,
                "branch": NOTEBOOKS_BRANCH,
                "urlpath": f"lab/tree/{self.repository.split('/')[-1]}/{page}.ipynb",
            }
            hub = f"{self.hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query)}"
            tools.append({"name": "JupyterHub", "url": hub})
        return tools


def place(environment: Mapping[str, str] = os.environ) -> Place:
    """Read the place from the environment.

    >>> place({"GITHUB_REPOSITORY": "Owner/book", "GITHUB_SERVER_URL": "https://github.com"}).base
    'https://owner.github.io/book/'
    >>> place({})
    Place(repository='', server='', ref='', base='', hub='')
    """
    repository = environment.get("GITHUB_REPOSITORY", "")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com") if repository else ""
    base = environment.get("BOOK_BASE_URL", "")
    if not base and repository and server == "https://github.com":
        owner, name = repository.split("/", 1)
        host = f"{owner.lower()}.github.io"
        base = f"https://{host}/" + ("" if name.lower() == host else f"{name}/")
    if base and not base.endswith("/"):
        base += "/"
    return Place(
        repository,
        server,
        environment.get("GITHUB_REF_NAME", "main") if repository else "",
        base,
        environment.get("BOOK_JUPYTERHUB_URL", ""),
    )
