"""The page of `--format html`, in a browser."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
TEMPLATES = ["fixtures/_demo", "fixtures/origin-not-https/fail.yaml", "fixtures/_cdk/project/cdk.out-2.276.0"]
WIDTHS = [1200, 400]
SCHEMES = ["light", "dark"]

# The text whose contrast with what lies behind it is too low, https://www.w3.org/TR/WCAG22/#contrast-minimum. Text of pictures
# lies on the box before it.
FAINT = """() => {
  const numbers = (color) => {
    const found = color.match(/[\\d.]+/g).map(Number);
    const scaled = color.startsWith("color(") ? found.map((n, at) => (at < 3 ? n * 255 : n)) : found;
    return scaled.length < 4 ? [...scaled, 1] : scaled;
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((n, at) => n * a + below[at] * (1 - a));
  const backdrop = (element) => {
    if (element === null) return [255, 255, 255];
    const below = () => backdrop(element.parentElement);
    const box = element instanceof SVGTextElement && element.closest("g").querySelector("rect");
    if (box) return numbers(getComputedStyle(box).fill).slice(0, 3);
    const own = numbers(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, below());
  };
  const light = (color) => {
    const [r, g, b] = color.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
    if (text === "" || ["SCRIPT", "OPTION", "SELECT"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const behind = backdrop(element);
    const front = over(numbers(element instanceof SVGElement ? style.fill : style.color), behind);
    const [a, b] = [light(front), light(behind)].sort((a, b) => b - a);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(`${element.tagName}.${element.getAttribute("class")}: ${text}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium")
    assert program, "there is no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(cflint, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    ran = cflint("check", *TEMPLATES, "--format", "html", "-o", path)
    assert ran.returncode == 1, ran.stderr
    return path


@pytest.fixture
def opened(browser, report):
    """Opens the page, which may load nothing and complain of nothing."""
    contexts, said, loaded = [], [], []

    def open_page(width=1200, scheme="light", script=True):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=script))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(report.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not said
    assert set(loaded) == {report.as_uri()}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_and_can_be_read(opened, tmp_path, width, scheme):
    page = opened(width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    # `SCREENSHOTS=folder` keeps the pictures.
    folder = os.environ.get("SCREENSHOTS", tmp_path)
    page.screenshot(path=f"{folder}/{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(FAINT) == []


def test_without_script_everything_is_there(opened):
    page = opened(script=False)
    cards = page.locator("article.finding")
    assert cards.count() > 10
    assert all(card.is_visible() for card in cards.all())
    assert not page.locator("#filter").is_visible()
    link = page.locator("svg a").first
    target = link.get_attribute("href")
    link.click()
    assert page.url.endswith(target)
    assert page.locator("article:target").bounding_box()["y"] < 900


def test_the_filter_hides_cards_and_a_link_shows_one_again(opened):
    page = opened()
    shown = page.locator("article.finding:visible")
    everything = shown.count()
    page.get_by_label("Rule").select_option("origin-not-https")
    of_rule = shown.count()
    assert 0 < of_rule < everything
    assert page.locator("#shown").inner_text() == f"{of_rule} of {everything} shown"
    link = page.locator("svg a", has_text="host-header-forwarded").first
    link.click()
    assert page.locator("article:target").is_visible()
    page.get_by_label("Rule").select_option("")
    assert shown.count() == everything
    page.get_by_label("error", exact=False).first.uncheck()
    assert shown.count() == page.locator("article.finding:not(.error)").count() < everything
    page.reload()
    page.get_by_label("File").select_option(label="fixtures/_demo/edge.yaml")
    assert shown.count() == 2


def test_the_keyboard_goes_from_the_picture_to_a_finding(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement instanceof SVGAElement"):
            break
    target = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    assert page.url.endswith(target)
