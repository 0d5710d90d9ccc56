"""The site where something is in the way: lost scripts, saved pages, other keyboards, odd links."""

import pytest
from playwright.sync_api import expect

from tests.browser.explorable import SETTLED
from website.server import serving

CHAPTER = "chapters/softmax.html"
REFERENCE = "chapters/api.html"
QUANTITIES = "all => all.map(output => [output.dataset.quantity, output.dataset.value])"


#: How a script does not come: not at all, or as the page of a network that wants a password first.
FAULTS = {
    "lost": lambda route: route.abort(),
    "unreadable": lambda route: route.fulfill(body="<p>Sign in", content_type="text/javascript"),
}


def forgive(page):
    """Forget what the browser says of such scripts, and only that."""
    assert all("ERR_FAILED" in f or "Unexpected token" in f for f in page.watch.faults)
    page.watch.faults.clear()


@pytest.mark.parametrize(
    ("name", "fault", "script"),
    [
        (CHAPTER, "lost", "explorables.js"),
        (CHAPTER, "lost", "view-*.js"),
        (CHAPTER, "unreadable", "site.js"),
        ("embed/kl.html", "unreadable", "explorables.js"),
        ("embed/kl.html", "unreadable", "view-*.js"),
    ],
)
def test_a_figure_whose_script_does_not_come_keeps_its_picture(server, page, name, fault, script):
    script = f"**/{script}*"
    page.route(script, FAULTS[fault])
    page.goto(server + name)
    figure = page.locator("figure.explorable").first
    picture, words = figure.locator("img"), figure.locator(".explorable-wait")
    figure.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    expect(words).to_be_visible()
    page.wait_for_function("img => img.complete && img.naturalWidth", arg=picture.element_handle())
    again = words.get_by_role("button", name="Try again")
    with page.expect_event("requestfailed" if fault == "lost" else "pageerror"):
        again.click()  # in vain
    expect(words).to_be_visible()
    page.unroute(script)
    again.click()
    expect(figure).to_have_attribute("data-ready", "true")
    expect(picture).to_be_hidden()
    expect(words).to_be_hidden()
    forgive(page)


def test_a_figure_whose_script_says_nothing_keeps_its_picture(server, page):
    page.route("**/explorables.js*", lambda route: route.fulfill(body=""))
    page.goto(server + "embed/kl.html")
    expect(page.locator("figure.explorable img")).to_be_visible()


def test_a_page_that_is_saved_and_opened_has_its_figures_once_and_alive(server, page):
    page.goto(server + CHAPTER)
    mounts = page.locator("figure.explorable")
    mounts.first.scroll_into_view_if_needed()
    expect(page.locator("figure.explorable[data-ready]")).to_have_count(mounts.count())
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator(".copy").first).to_be_attached()
    # Mounting twice does nothing.
    page.evaluate(
        """() => new Promise(done => {
            const script = document.createElement('script');
            script.src = new URL('../_static/explorables.js', location);
            script.onload = done;
            document.head.append(script);
        })"""
    )
    page.evaluate(SETTLED)
    assert page.locator(".ex").count() == mounts.count()
    copies = page.locator(".copy").count()

    saved = "<!doctype html>" + page.evaluate("() => document.documentElement.outerHTML")
    page.route("**/saved.html", lambda r: r.fulfill(body=saved, content_type="text/html"))
    page.goto(server + "chapters/saved.html")
    mounts.first.scroll_into_view_if_needed()
    slider = mounts.first.locator("input[type=range]:visible").first
    page.wait_for_function("() => document.querySelector('figure.explorable math')")
    page.evaluate(SETTLED)
    assert page.locator(".ex").count() == mounts.count()
    expect(page.locator("figure.explorable[data-ready]")).to_have_count(mounts.count())
    numbers = mounts.first.locator("output")
    before = numbers.evaluate_all(QUANTITIES)
    slider.press("ArrowRight")
    page.evaluate(SETTLED)
    assert numbers.evaluate_all(QUANTITIES) != before
    page.mouse.move(5, 5)
    expect(page.locator(".copy")).to_have_count(copies)
    page.keyboard.press("Control+k")
    assert page.locator(".search-dialog").count() == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("script", ["search-index.js", "panel.js"])
@pytest.mark.parametrize("name", [CHAPTER, "search.html"])
def test_the_search_comes_back_with_the_network(server, page, name, script, fault):
    page.route(f"**/{script}", FAULTS[fault])
    page.goto(server + name)
    if name == CHAPTER:
        page.keyboard.press("Control+k")
    place = page.locator(".search-dialog" if name == CHAPTER else "[data-search-panel]")
    expect(place).to_contain_text("did not load")  # the figure above starts first
    again = place.get_by_role("button", name="Try again").element_handle()
    with page.expect_request(f"**/{script}"):
        again.click()  # in vain
    page.wait_for_function("(again) => !again.isConnected", arg=again)  # told anew, not still
    expect(place).to_contain_text("did not load")
    page.unroute(f"**/{script}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_label("Words to look for").fill("entropy cross")
    expect(place.locator(".search-results a").first).to_be_visible(timeout=20_000)
    forgive(page)


# Of every transcript how many lines were typed, and what its button copies.
COPY_ALL = """async () => {
    const all = [];
    for (const block of document.querySelectorAll('.highlight:has(.gp):has(.copy)')) {
        window.copied = null;
        block.querySelector('.copy').click();
        while (window.copied === null) await new Promise(done => setTimeout(done));
        all.push([block.querySelectorAll('.gp').length, window.copied]);
    }
    return all;
}"""
PRESS = "keys => dispatchEvent(new KeyboardEvent('keydown', {cancelable: true, ...keys}))"


def test_keys_links_and_copies_from_elsewhere(server, page):
    page.add_init_script(
        """Object.defineProperty(navigator.__proto__, 'clipboard', {value: {
            writeText: async (text) => {
                window.copied = text;
                if (window.denied) throw new DOMException('denied', 'NotAllowedError');
            }}});"""
    )
    page.goto(server + REFERENCE + "#50%")  # no address, and no harm
    # As filling in a form sends it: without a key, and whatever else is held.
    page.evaluate("() => dispatchEvent(Object.assign(new Event('keydown'), { ctrlKey: true }))")
    dialog = page.locator(".search-dialog")
    page.evaluate(PRESS, {"key": "t", "code": "KeyK", "ctrlKey": True})  # a Dvorak keyboard's T
    assert dialog.count() == 0
    page.evaluate(PRESS, {"key": "л", "code": "KeyK", "ctrlKey": True})
    expect(dialog).to_be_visible()
    escape = """(input, isComposing) => input.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Escape', isComposing}))"""
    field = page.get_by_label("Words to look for")
    field.evaluate(escape, True)
    expect(dialog).to_be_visible()
    field.evaluate(escape, False)
    expect(dialog).to_be_hidden()

    # What is copied of a transcript is what one would type.
    page.mouse.move(200, 300)
    blocks = page.locator(".highlight:has(.gp):has(.copy)")
    expect(blocks.first).to_be_attached()
    block = blocks.first
    block.scroll_into_view_if_needed()
    block.hover()
    block.locator(".copy").click()
    expect(block.locator(".copy")).to_have_text("Copied")
    copies = page.evaluate(COPY_ALL)
    assert len(copies) == blocks.count() > 50
    for prompts, copied in copies:
        lines = copied.splitlines()
        assert len(lines) == prompts
        assert not any(line.startswith((">>>", "...")) for line in lines)

    page.evaluate("() => { window.denied = true; document.execCommand = () => false; }")
    block.locator(".copy").click()
    expect(block.locator(".copy")).to_have_text("Not copied")
    page.evaluate("() => { document.execCommand = () => true; }")
    expect(block.locator(".copy")).to_have_text("Copy")
    block.locator(".copy").click()
    expect(block.locator(".copy")).to_have_text("Copied")

    # A page that stood still while the theme was changed elsewhere.
    page.evaluate(
        """() => {
            localStorage.setItem('mode', 'dark');
            dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
        }"""
    )
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_code_and_links_are_copied_in_a_frame_of_another_host(server, page, tmp_path):
    """Such a frame has no clipboard; a selection can be copied, and the page does not scroll."""
    host = """<!doctype html><title>A course</title><link rel="icon" href="data:,">
        <iframe src="{}" style="width: 100%; height: 600px"></iframe>
        <textarea aria-label="Pasted"></textarea>"""
    (tmp_path / "code.html").write_text(host.format(server + REFERENCE))
    (tmp_path / "link.html").write_text(host.format(server + "embed/kl.html?kl.p=0.2,0.3,0.5"))
    place, pasted = page.frame_locator("iframe"), page.get_by_label("Pasted")

    def paste():
        pasted.fill("")
        pasted.press("Control+v")
        return pasted.input_value()

    with serving(tmp_path) as other:  # another port is another origin
        page.goto(other + "code.html")
        page.mouse.move(200, 300)
        page.mouse.move(220, 300)
        block = place.locator(".highlight:has(.gp):has(.copy)").nth(12)
        block.scroll_into_view_if_needed()
        block.hover()
        button = block.locator(".copy")
        scrolled = block.evaluate("() => scrollY")
        assert scrolled > 1000
        button.click()
        expect(button).to_have_text("Copied")
        assert block.evaluate("() => scrollY") == scrolled
        expect(button).to_be_focused()
        typed = block.locator("pre").inner_text().splitlines()
        typed = [line[4:] for line in typed if line.startswith((">>>", "..."))]
        assert typed
        assert paste().splitlines() == typed

        page.goto(other + "link.html")
        link = place.get_by_role("button", name="Copy link")
        link.click()
        expect(place.get_by_role("button", name="Copied")).to_be_focused()
        assert "kl.p=0.2,0.3,0.5" in paste()
    assert all("clipboard" in fault.lower() for fault in page.watch.faults)
    page.watch.faults.clear()


def test_a_framed_figure_tells_canvas_how_tall_it_is(server, page):
    """As Canvas does: a frame takes the height that the page in it sends, and then needs no bar."""
    host = f"""<!doctype html><title>A course</title>
        <iframe src="{server}embed/kl.html" style="width: 100%; height: 200px"></iframe>
        <script>
            window.heights = [];
            addEventListener('message', ({{data}}) => {{
                if (data.subject !== 'lti.frameResize') return;
                heights.push(data.height);
                document.querySelector('iframe').style.height = `${{data.height}}px`;
            }});
        </script>"""
    page.route("**/host.html", lambda route: route.fulfill(body=host, content_type="text/html"))
    page.goto(server + "host.html")
    inside = page.frame_locator("iframe")
    inside.locator("[data-ready]").wait_for()
    page.wait_for_function(
        "() => { const tall = frames[0].document.documentElement.scrollHeight;"
        " return heights.at(-1) > 200 && tall <= frames[0].innerHeight; }"
    )
    # The page in the frame does not grow with the frame.
    said = page.evaluate("heights.length")
    page.wait_for_timeout(500)
    assert page.evaluate("heights.length") == said
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function("said => heights.length > said", arg=said)


def test_charts_follow_the_screen_the_host_and_the_readers_letters(server, page):
    page.goto(server + "embed/hinge.html?hinge.view=map")
    page.wait_for_selector("[data-ready]")
    canvas = page.locator(".ex-frame:visible canvas").first
    size = "canvas => [canvas.width, canvas.height]"
    before = canvas.evaluate(size)
    session = page.context.new_cdp_session(page)
    metrics = {"width": 1290, "height": 800, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", {**metrics, "deviceScaleFactor": 2})
    page.wait_for_function(
        "([c, n]) => c.width === n", arg=[canvas.element_handle(), 2 * before[0]]
    )
    page.evaluate(SETTLED)
    assert canvas.evaluate("c => c.getContext('2d').getImageData(200, 200, 1, 1).data[3]") > 0

    words = """() => [...document.querySelectorAll('.ex-frame svg')]
        .filter(svg => svg.getClientRects().length)
        .flatMap(svg => [...svg.querySelectorAll('text:not(:empty)')].map(text => {
            const [inner, outer] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
            const [left, right] = [inner.left - outer.left, inner.right - outer.left];
            return [Math.round(left), Math.round(right), inner.height];
        }))"""
    here = page.evaluate(words)
    assert min(height for *_, height in here) > 10
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    page.evaluate(SETTLED)
    assert page.evaluate(words) == here
    page.evaluate("() => { document.documentElement.dir = 'ltr'; }")

    page.evaluate("() => { document.documentElement.style.fontSize = '34px'; }")
    page.set_viewport_size({"width": 1240, "height": 800})
    page.evaluate(SETTLED)
    larger = page.evaluate(words)
    assert min(height for *_, height in larger) >= 1.4 * min(height for *_, height in here)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1240


def test_in_a_systems_own_colours_one_sees_what_is_chosen_and_what_is_shaded(server, new_page):
    page = new_page(forced_colors="active", color_scheme="dark")
    style = "(all, name) => all.map(node => getComputedStyle(node)[name])"

    def styles(selector, name):
        return set(page.locator(selector).evaluate_all(style, name))

    page.goto(server + "embed/activation.html?activation.view=pairing")
    page.wait_for_selector("[data-ready]")
    page.evaluate(SETTLED)
    pressed = styles("td button[aria-pressed=true]", "borderTopColor")
    assert pressed.isdisjoint(styles("td button[aria-pressed=false]", "borderTopColor"))
    shaded = styles("td:not([style*='--share: 0%'])", "backgroundColor")
    assert shaded
    assert shaded.isdisjoint(styles("td[style*='--share: 0%']", "backgroundColor"))
    page.goto(server + CHAPTER)
    current = styles(".book-contents a.current", "borderLeftColor")
    assert current.isdisjoint(styles(".book-contents li a:not(.current)", "borderLeftColor"))


def test_hosts_that_read_jekyll_keep_the_folders_with_an_underscore(site):
    assert (site / ".nojekyll").exists()
