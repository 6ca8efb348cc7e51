"""How long the map page takes to draw 10,000 words in Chromium, without a GPU.

    python benchmarks/map_page.py

Needs the extra `browser`, and Chromium.  Prints the median and the longest frame, in milliseconds,
while the map is dragged, while it is pointed at, and for a search.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from sample_reports import word_map

from wordvec_toolkit.report.figure_page import write_figure_page

WATCH = """
window.frames = [];
const ask = requestAnimationFrame;
window.requestAnimationFrame = (callback) => ask((now) => {
  const start = performance.now();
  callback(now);
  window.frames.push(performance.now() - start);
});
"""
SEARCH = """() => {
  const field = document.querySelector("input[type=search]");
  field.value = "a";
  field.dispatchEvent(new Event("input"));
}"""


def report(page: Page, action: str) -> None:
    """Print the frames since the last call."""
    page.wait_for_timeout(100)
    frames = page.evaluate("frames.splice(0)")
    print(f"{action}: median {statistics.median(frames):.1f} ms, longest {max(frames):.1f} ms")


def main() -> None:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "map.html"
        write_figure_page(file, "Map", [word_map("svd", 10_000)])
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, found), None), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        page.goto(file.as_uri())
        box = page.locator(".marks").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        report(page, "first drawing")
        page.mouse.down()
        for step in range(200):
            page.mouse.move(x + 3 * step % 70, y + 2 * step % 50)
        page.mouse.up()
        report(page, "dragging")
        for step in range(200):
            page.mouse.move(x + 3 * step % 70, y + 2 * step % 50)
        report(page, "pointing")
        page.evaluate(SEARCH)
        report(page, "a search")
        browser.close()


if __name__ == "__main__":
    main()
