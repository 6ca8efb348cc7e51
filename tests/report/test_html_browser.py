"""The HTML report in a real browser, without a screen: it draws, answers, and loads nothing."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sample_reports import broken_report, empty_report, full_report, heat_map, profile, word_map

from wordvec_toolkit.report.figure_page import write_figure_page
from wordvec_toolkit.report.html import write_report_html

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs the extra browser: pip install playwright"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Counts frames, and how often a map's points are drawn again; notes what the policy refused.
WATCH = """
window.frames = 0; window.repaints = 0; window.refused = [];
addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
const ask = requestAnimationFrame;
window.requestAnimationFrame = (callback) => ask((now) => {
  callback(now);
  window.frames += 1;
});
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...values) {
  window.repaints += 1;
  return put.apply(this, values);
};
"""
#: Pixels of a canvas that are not like the first one.
HOLDS = """(canvas) => {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const paint = copy.getContext("2d", { willReadFrequently: true });
  paint.drawImage(canvas, 0, 0);
  const data = new Uint32Array(paint.getImageData(0, 0, copy.width, copy.height).data.buffer);
  return data.reduce((n, pixel) => n + (pixel !== data[0]), 0);
}"""


@pytest.fixture(scope="module")
def browser():
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with playwright.sync_playwright() as started:
        path = path or started.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("needs Chromium: on the PATH, or by playwright install chromium")
        found = started.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    write_report_html(full_report(), folder / "full.html")
    write_report_html(broken_report(), folder / "broken.html")
    write_report_html(empty_report(), folder / "empty.html")
    maps = [word_map("svd", 10_000), word_map("skip-gram", 10_000, seed=2)]
    write_figure_page(folder / "map.html", "Map", maps)
    write_figure_page(
        folder / "heat.html", "Heat", [heat_map(), profile(), *full_report().learning]
    )
    foreign = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><style>rect{fill:red}'
        '</style><rect width="90" height="60"/><script>document.title = "broken"</script></svg>'
    )
    write_figure_page(folder / "foreign.html", "Foreign", foreign)
    return folder


@pytest.fixture
def visit(browser, files):
    """Open a page; that it said nothing and asked for nothing is checked at the end."""
    contexts, said = [], []

    def opened(name, width=1440, height=900, **settings):
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        address = (files / name).as_uri()
        page.on(
            "request",
            lambda request: (
                said.append(request.url) if not request.url.startswith(("data:", address)) else None
            ),
        )
        page.goto(address)
        settle(page)
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            if settings_allow_scripts(page):
                assert page.evaluate("window.refused") == []
        context.close()
    assert said == []


def settings_allow_scripts(page):
    return page.evaluate("document.documentElement.classList.contains('scripted')")


def settle(page):
    """Wait until what was asked for has been drawn."""
    page.wait_for_timeout(60)


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")


def scrolls_sideways(page):
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def point_at(page, place=0):
    """Move the pointer to a point of the map that has no other near; return what is said."""
    box = page.locator(".marks").bounding_box()
    for step in range(place, 400):
        page.mouse.move(
            box["x"] + box["width"] * (0.3 + 0.4 * (step % 20) / 20),
            box["y"] + box["height"] * (0.2 + 0.6 * (step // 20) / 20),
        )
        if page.locator(".tip").is_visible():
            return page.locator(".tip").inner_text()
    raise AssertionError("no word was found under the pointer")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["full.html", "broken.html", "empty.html", "heat.html"])
def test_every_figure_is_drawn(visit, name, scheme):
    page = visit(name, color_scheme=scheme)
    charts = page.locator("svg.chart:visible")
    assert charts.count() >= {"full.html": 11, "heat.html": 5}.get(name, 0)
    for chart in charts.all():
        box = chart.bounding_box()
        assert box["width"] > 100
        assert box["height"] > 50
        if name in ("full.html", "heat.html"):
            assert chart.locator("path, rect").count() >= 1
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(253, 253, 251)") == (scheme == "light")


def test_marks_say_their_numbers(visit):
    """What is under the pointer has a title, and the colour of the theme."""
    colors = []
    for scheme in ("light", "dark"):
        page = visit("full.html", color_scheme=scheme)
        mark = page.locator("#scores svg.chart use:has(> title)").first
        mark.scroll_into_view_if_needed()
        said, color = mark.evaluate(
            """(mark) => {
              const box = mark.getBoundingClientRect();
              const x = box.left + box.width / 2;
              const y = box.top + box.height / 2;
              const found = document.elementFromPoint(x, y);
              return [found.querySelector("title")?.textContent, getComputedStyle(found).fill];
            }"""
        )
        assert said == "skip-gram: 0.521 [0.460, 0.578]"  # the best comes first
        colors.append(color)
    assert colors == ["rgb(213, 94, 0)", "rgb(255, 145, 72)"]


def test_texts_of_charts_stay_inside(visit):
    """No label is cut off or lies over the next panel."""
    page = visit("full.html")
    outside = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart:not(.still) text")]
        .filter((text) => text.checkVisibility())
        .filter((text) => {
          const a = text.getBoundingClientRect();
          const b = text.closest("svg.chart").getBoundingClientRect();
          return a.left < b.left - 4 || a.right > b.right + 4 || a.bottom > b.bottom + 4;
        }).map((text) => text.textContent)"""
    )
    assert outside == []


@pytest.mark.parametrize("width", [360, 390, 768, 1440, 2560])
@pytest.mark.parametrize("name", ["full.html", "broken.html", "map.html", "heat.html"])
def test_pages_never_scroll_sideways(visit, name, width):
    page = visit(name, width=width)
    assert not scrolls_sideways(page)
    unfold(page)
    assert not scrolls_sideways(page)
    if name == "full.html" and width == 360:
        first = page.locator("#headline th[scope=row]").first
        before = first.bounding_box()["x"]
        page.locator("#headline .scroll").first.evaluate("(each) => (each.scrollLeft = 200)")
        assert first.bounding_box()["x"] == pytest.approx(before, abs=2)  # it stays


def test_hover_says_word_count_and_model(visit):
    page = visit("full.html")
    page.locator(".stage").scroll_into_view_if_needed()
    assert page.locator(".points").evaluate(HOLDS) > 1000
    said = point_at(page)
    found = word_map("svd")
    word, _, rest = said.rpartition(" ") if "×" not in said else said.partition("×")
    assert "PPMI-SVD" in rest
    words = {f"{w} {c:,}": w for w, c in zip(found.words, found.counts)}
    assert " ".join(word.split()) in {" ".join(each.split()) for each in words}
    assert page.locator(".marks").evaluate(HOLDS) > 10
    page.mouse.move(2, 2)
    assert not page.locator(".tip").is_visible()


def test_search_lights_up_and_brings_to_the_middle(visit):
    page = visit("map.html")
    field, output = page.locator("input[type=search]"), page.locator("output")
    assert page.locator(".marks").evaluate(HOLDS) == 0
    field.fill("SCRIPT")
    settle(page)
    assert output.inner_text() == "2 words; in the middle: <script>alert(1)</script>"
    assert page.locator(".marks").evaluate(HOLDS) > 100
    box = page.locator(".marks").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "<script>alert(1)</script>" in page.locator(".tip").inner_text()
    field.press("Enter")
    settle(page)
    assert "onerror" in output.inner_text()
    page.locator(".bar").get_by_text("skip-gram").click()
    settle(page)
    assert "2 words" in output.inner_text()  # the other model, still searched
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "skip-gram" in page.locator(".tip").inner_text()
    field.fill("한국어")
    settle(page)
    assert output.inner_text().startswith("1 word; ")
    field.fill("nothing like it")
    assert output.inner_text() == "no such word on this map"
    field.fill("")
    settle(page)
    assert page.locator(".marks").evaluate(HOLDS) == 0


def picture(page):
    settle(page)
    return page.locator(".points").evaluate("(canvas) => canvas.toDataURL()")


def test_keys_wheel_drag_and_buttons_move_the_map(visit):
    page = visit("map.html")
    box = page.locator(".marks").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    pictures = [whole := picture(page)]
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)  # belongs to the page as long as the map was not chosen
    assert picture(page) == whole
    page.locator(".marks").focus()
    for key in ("ArrowLeft", "ArrowDown", "+", "-"):
        page.keyboard.press(key)
        pictures.append(picture(page))
    page.keyboard.press("Enter")
    assert page.locator(".tip").is_visible()
    page.mouse.move(middle[0] + 5, middle[1])
    page.mouse.wheel(0, -300)
    pictures.append(picture(page))
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 40)
    page.mouse.up()
    pictures.append(picture(page))
    page.get_by_label("zoom in").click()
    pictures.append(picture(page))
    assert len(set(pictures)) >= len(pictures) - 1  # + and - undo one another
    page.get_by_text("whole map").click()
    assert picture(page) == whole


def test_points_are_drawn_once_a_frame_and_only_where_the_view_changes(visit):
    # benchmarks/map_page.py times these frames.
    page = visit("map.html")
    box = page.locator(".marks").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drawn(action):
        """Return the number of frames, and of those that draw all points again."""
        page.evaluate("window.frames = window.repaints = 0")
        action()
        settle(page)
        return page.evaluate("[window.frames, window.repaints]")

    def move():
        for step in range(40):
            page.mouse.move(x + 3 * step % 70, y + 2 * step % 50)

    page.mouse.move(x, y)
    page.mouse.down()
    frames, repaints = drawn(move)
    page.mouse.up()
    assert 3 <= repaints <= frames
    frames, repaints = drawn(move)
    assert frames >= 1
    assert repaints == 0  # pointing draws the marks only
    search = page.get_by_role("searchbox").first
    assert drawn(lambda: search.fill("a"))[1] == 1


def test_two_fingers_and_a_tap(visit):
    page = visit("map.html", width=390, height=800, has_touch=True, is_mobile=True)
    assert not scrolls_sideways(page)
    whole = picture(page)
    page.evaluate("""() => {
      const surface = document.querySelector(".marks");
      surface.setPointerCapture = () => {};
      const box = surface.getBoundingClientRect();
      const send = (kind, pointerId, x, y) => surface.dispatchEvent(new PointerEvent(kind, {
        pointerId, pointerType: "touch", clientX: box.left + x, clientY: box.top + y, bubbles: true,
      }));
      send("pointerdown", 1, 150, 200); send("pointerdown", 2, 200, 200);
      send("pointermove", 2, 300, 200);
      send("pointerup", 1, 150, 200); send("pointerup", 2, 300, 200);
    }""")
    assert picture(page) != whole


def test_the_theme_button_goes_round(visit):
    page = visit("full.html", color_scheme="light")
    button = page.locator(".theme")
    seen = []
    for _ in range(3):
        button.click()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        seen.append((button.inner_text(), ground, picture(page)))
    assert [said for said, *_ in seen] == ["Theme: light", "Theme: dark", "Theme: as the system"]
    assert seen[0][1] == seen[2][1] != seen[1][1]
    assert seen[0][2] == seen[2][2] != seen[1][2]  # the canvas goes with it


def test_copy_buttons_copy(visit):
    page = visit("full.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    unfold(page)
    button = page.locator("#commands .copy").first
    button.click()
    playwright.expect(button).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == full_report().command
    button = page.locator("#signatures .copy").first
    button.click()
    playwright.expect(button).to_have_text("copied")
    signature = full_report().scores[0].signature
    assert page.evaluate("navigator.clipboard.readText()") == signature
    assert page.locator("#signatures code").first.inner_text() == signature


def test_on_paper(visit, tmp_path):
    page = visit("full.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".stage").is_visible()
    assert not page.locator(".theme").is_visible()
    stills = page.locator("svg.still")
    assert stills.count() == 2
    assert all(each.is_visible() for each in stills.all())
    assert page.pdf(path=tmp_path / "report.pdf").startswith(b"%PDF")


def test_without_scripts_the_words_are_there_too(visit):
    page = visit("full.html", java_script_enabled=False)
    assert page.locator("svg.still").first.is_visible()
    assert not page.locator(".stage").is_visible()
    assert not page.locator(".copy").first.is_visible()


def test_svg_of_others_is_a_picture_and_no_more(visit):
    page = visit("foreign.html")
    box = page.locator("img").bounding_box()
    assert (box["width"], box["height"]) == (90, 60)
    assert page.title() == "Foreign"


def test_a_click_lists_the_nearest_words_in_each_model(visit):
    """They are those of the vectors, also words that are not on the map."""
    page = visit("full.html")
    page.locator(".stage").scroll_into_view_if_needed()
    near = page.locator(".near")
    assert not near.is_visible()
    word = point_at(page).partition(" ")[0]
    page.mouse.down()
    page.mouse.up()
    assert near.is_visible()
    found = word_map("svd")
    place = next(n for n, each in enumerate(found.words) if each.split()[:1] == [word])
    names = [*found.words, *found.others]
    assert near.locator("h4").all_inner_texts() == ["PPMI-SVD", "skip-gram"]
    for model in (0, 1):
        items = near.locator(".lists > div").nth(model).locator("li")
        shown = [
            (i.locator("bdi").inner_text(), i.locator("small").inner_text()) for i in items.all()
        ]
        wanted = zip(found.near[place], ("0.91", "0.50", "−0.30"))
        assert shown == [(names[n], cosine) for n, cosine in wanted]
    off = near.locator("li", has_text="beyond").or_(near.locator("li", has_text="off")).first
    assert off.locator("button").count() == 0  # it has no place to go to
    target = near.locator("li button").first
    name = target.inner_text()
    target.click()
    assert near.locator("h3 bdi").inner_text() == name  # on it goes
    page.get_by_label("close", exact=True).click()
    assert not near.is_visible()


def test_a_drag_is_not_a_click(visit):
    page = visit("full.html")
    page.locator(".stage").scroll_into_view_if_needed()
    point_at(page)
    page.mouse.down()
    page.mouse.move(700, 500)
    page.mouse.move(720, 520)
    page.mouse.up()
    assert not page.locator(".near").is_visible()


def test_function_words_can_be_hidden(visit):
    page = visit("full.html")
    whole = picture(page)
    page.get_by_label("hide function words and numbers").check()
    assert picture(page) != whole
    search = page.locator("input[type=search]")
    hidden = word_map("svd").words[word_map("svd").function_words[0]]
    search.fill(hidden)
    settle(page)
    assert page.locator(".beside output").inner_text() == "no such word on this map"
    page.get_by_label("hide function words and numbers").uncheck()
    settle(page)
    assert page.locator(".beside output").inner_text().startswith("1 word; ")
    search.fill("")
    page.locator(".whole").click()
    assert picture(page) == whole


def test_tables_and_charts_are_saved_without_a_network(visit):
    page = visit("full.html")
    page.context.set_offline(True)
    with page.expect_download() as waiting:
        page.locator("#headline a.csv").first.click()
    table = Path(waiting.value.path()).read_text("utf-8").splitlines()
    assert waiting.value.suggested_filename == "word-vectors.csv"
    assert table[0].startswith("model,family,") and table[1].startswith("PPMI,count-based,0.312")
    for chart, name in (("#scores", "spearman-correlation"), (".map-figure", "map-of-the-200")):
        button = page.locator(f"{chart} button.save").first
        with page.expect_download() as waiting:
            button.click()
        svg = Path(waiting.value.path()).read_text("utf-8")
        assert waiting.value.suggested_filename.startswith(name)
        ElementTree.fromstring(svg)
        assert "var(" not in svg and 'fill="#ffffff"' in svg and 'width="' in svg[:200]


def test_one_table_of_neighbours_at_a_time(visit):
    page = visit("full.html")
    captions = page.locator("#neighbors caption")
    assert [each.is_visible() for each in captions.all()] == [True, False]
    page.get_by_role("tab", name="rain").click()
    assert [each.is_visible() for each in captions.all()] == [False, True]
    assert "rain" in captions.last.inner_text()
    alone = visit("full.html", java_script_enabled=False)
    assert all(each.is_visible() for each in alone.locator("#neighbors caption").all())


def test_a_link_to_a_folded_part_unfolds_it(visit):
    page = visit("full.html")
    assert not page.locator("#commands .command").first.is_visible()
    page.evaluate("location.hash = '#commands'")
    playwright.expect(page.locator("#commands .command").first).to_be_visible()


def test_rules_between_rows_stay_when_a_table_is_scrolled(visit):
    page = visit("full.html", width=390)
    look = page.locator("#headline tbody th").first.evaluate(
        "(cell) => [getComputedStyle(cell).borderBottomWidth, "
        "getComputedStyle(cell.closest('table')).borderCollapse]"
    )
    assert look == ["1px", "separate"]  # sticky cells leave collapsed borders behind


def test_warnings_and_failures_come_before_the_verdict(visit):
    page = visit("full.html")
    tops = [
        page.locator(each).first.bounding_box()["y"]
        for each in (".callout.bad", ".callout:not(.bad)", ".verdict", ".tasks", "#scores")
    ]
    assert tops == sorted(tops)
    assert page.locator("#summary").bounding_box()["y"] < 300
