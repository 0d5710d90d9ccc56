"""Code on a phone: read without scrolling sideways, and not under its own button."""

import pytest
from playwright.sync_api import expect

LAID = "() => 'laid' in document.documentElement.dataset"
BLOCKS = """() => [...document.querySelectorAll('.highlight')]
    .filter(e => e.offsetParent).map(e => {
    const code = e.querySelector('pre');
    const button = e.querySelector('.copy')?.getBoundingClientRect();
    const range = document.createRange();
    const covered = [...code.querySelectorAll('.line')].slice(0, 6).flatMap(line => {
        range.selectNodeContents(line);
        return [...range.getClientRects()];
    }).filter(r => r.width > 1 && button && r.right > button.left + 1 && r.left < button.right
        && r.bottom > button.top + 1 && r.top < button.bottom);
    return {
        input: Boolean(button),
        scrolls: code.scrollWidth > code.clientWidth + 1,
        size: parseFloat(getComputedStyle(code).fontSize),
        button: button ? Math.min(button.width, button.height) : 0,
        covered: covered.length,
    };
})"""


@pytest.mark.parametrize("name", ["gradients", "softmax"])
def test_code_fits_a_phone_and_lies_beside_its_button(server, new_page, name) -> None:
    page = new_page(width=390, height=844, has_touch=True, is_mobile=True)
    page.goto(f"{server}chapters/{name}.html")
    page.evaluate("scrollBy(0, 10)")
    page.wait_for_function(LAID)
    expect(page.locator(".copy").first).to_be_attached()
    blocks = page.evaluate(BLOCKS)
    inputs = [block for block in blocks if block["input"]]
    outputs = [block for block in blocks if not block["input"]]
    assert len(inputs) > 15
    assert not any(block["scrolls"] for block in inputs)
    assert not any(block["covered"] for block in inputs)
    assert min(block["button"] for block in inputs) >= 44
    assert min(block["size"] for block in blocks) >= 11
    # A table keeps its columns; at most a third have to scroll for it.
    assert sum(block["scrolls"] for block in outputs) <= len(outputs) / 3


def test_a_wrapped_line_begins_further_right_and_is_copied_whole(server, new_page) -> None:
    page = new_page(width=390, height=844)
    page.goto(f"{server}chapters/softmax.html")
    block = page.locator(".highlight:has(.copy)", has_text="softmax(z)[1] / softmax(z)[0]")
    line = block.locator(".line", has_text="softmax(z)[1]").first
    first, *more = line.evaluate(
        """line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const lefts = new Map();
            for (const r of range.getClientRects())
                lefts.set(Math.round(r.top), Math.min(r.left, lefts.get(Math.round(r.top)) ?? 1e9));
            return [...lefts].sort((a, b) => a[0] - b[0]).map(([, left]) => left);
        }"""
    )
    assert more
    assert all(left > first + 10 for left in more)
    text = block.locator("pre").evaluate("e => e.textContent")
    assert 'print(f"{softmax(z)[1] / softmax(z)[0]:.4f} = e^1.9 = {np.exp(1.9):.4f}")' in text
