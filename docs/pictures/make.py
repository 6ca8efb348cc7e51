"""Take the pictures of README and documentation from real runs.

    python docs/pictures/make.py [FOLDER]

FOLDER may hold ``lee.study`` of an earlier ``wvt compare``; otherwise the study is run, which takes
minutes and PyTorch.  The report is photographed by Chromium (extra ``browser``).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent


def run(*command: str, folder: Path) -> None:
    """Run a command of ``wvt`` in a folder."""
    subprocess.run([sys.executable, "-m", "wordvec_toolkit.cli", *command], cwd=folder, check=True)


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    run("build-ppmi", "lee", "--dim", "50", folder=folder)
    run("plot", "map", "lee.wvt", "--words", "400", "-o", "map.png", "--force", folder=folder)
    shutil.copy(folder / "map.png", HERE / "map.png")
    if not (folder / "lee.study" / "report.html").exists():
        run("compare", folder=folder)
    browser = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with sync_playwright() as started:
        page = started.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        ).new_page(viewport={"width": 1280, "height": 1100})
        page.goto((folder / "lee.study" / "report.html").resolve().as_uri())
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / "report.png")
    for picture in HERE.glob("*.png"):
        smaller(picture)


def smaller(picture: Path) -> None:
    """Write a picture with 128 colours, which figures and text need no more of."""
    from PIL import Image

    with Image.open(picture) as image:
        reduced = image.convert("RGB")
        reduced.thumbnail((1400, 1400))
        reduced.quantize(128, dither=Image.Dither.NONE).save(picture, optimize=True)


if __name__ == "__main__":
    main()
