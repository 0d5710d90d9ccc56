"""Every page of the site: there, light, private, usable."""

from website.check import problems


def test_site_has_every_page_and_no_broken_link(site):
    assert problems(site) == []


def test_front_page_loads_served_and_from_a_disk(site, server, new_page):
    for address in (server, (site / "index.html").as_uri()):
        page = new_page()
        page.goto(address)
        assert page.title().startswith("Cross-Entropy")
