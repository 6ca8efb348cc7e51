/* What every page can do: change between light and dark, and copy commands. */

const THEMES = ["auto", "light", "dark"];
const page = document.documentElement;
page.classList.add("scripted");

/* A text in the language of the page, with a value in place of {}. */
const WORDS = JSON.parse(page.dataset.words ?? "{}");
function say(text, value) {
  return (WORDS[text] ?? text).replace(/\{0?\}/, () => value);
}

function remembered() {
  try {
    return localStorage.getItem("wvt-theme");
  } catch {
    return null; // some browsers keep nothing for files on disk
  }
}

function setTheme(name) {
  page.dataset.theme = name;
  for (const button of document.querySelectorAll(".theme")) {
    const said = { auto: say("as the system"), light: say("light"), dark: say("dark") };
    button.querySelector("span").textContent = said[name];
  }
  try {
    localStorage.setItem("wvt-theme", name);
  } catch {
    /* then it lasts as long as the page */
  }
  document.dispatchEvent(new Event("themechange"));
}

const kept = remembered();
setTheme(THEMES.includes(kept) ? kept : "auto");
for (const button of document.querySelectorAll(".theme")) {
  button.addEventListener("click", () => {
    setTheme(THEMES[(THEMES.indexOf(page.dataset.theme) + 1) % THEMES.length]);
  });
}

/* Paper cannot be unfolded: what is folded is printed, too. */
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const each of unfolded) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of unfolded) each.open = false;
});

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    const range = document.createRange(); // the way of browsers without a clipboard for scripts
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    await copy(button.parentElement.querySelector("code"));
    button.textContent = say("copied");
    setTimeout(() => (button.textContent = say("copy")), 1500);
  });
}

/* Save a chart as a file of its own, in the colours of paper. */
function saveChart(chart) {
  const plain = chart.outerHTML.replace(/var\(--\w+, (#\w+)\)/g, "$1");
  const [, , width, height] = chart.getAttribute("viewBox").split(" ");
  const size = `width="${width}" height="${height}" font-family="sans-serif" `;
  const paper = '<rect width="100%" height="100%" fill="#ffffff"/>';
  const text = plain.replace("<svg ", `<svg ${size}`).replace(">", `>${paper}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const name = chart.getAttribute("aria-label").toLowerCase();
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80)}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

for (const button of document.querySelectorAll("button.save")) {
  button.addEventListener("click", () => {
    const still = button.closest(".map-figure")?.querySelectorAll("svg.still");
    const shown = button.closest("figure").querySelector("input[name=map]:checked");
    saveChart(still ? still[Number(shown.value)] : button.previousElementSibling);
  });
}

/* One of several tables at a time. */
for (const tabs of document.querySelectorAll(".tabs")) {
  const choices = [...tabs.querySelectorAll("[role=tab]")];
  const parts = [...tabs.querySelectorAll("[role=tabpanel]")];
  const choose = (place) => {
    choices.forEach((each, n) => each.setAttribute("aria-selected", n === place));
    parts.forEach((each, n) => each.classList.toggle("closed", n !== place));
  };
  choices.forEach((each, n) => each.addEventListener("click", () => choose(n)));
  choose(0);
}

/* A link to a folded part unfolds it. */
function unfoldTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target) target.closest("details")?.setAttribute("open", "");
}
addEventListener("hashchange", unfoldTarget);
unfoldTarget();

/* On a narrow screen the report begins with itself, not with its contents. */
if (matchMedia("(max-width: 72rem)").matches) {
  document.querySelector(".contents details")?.removeAttribute("open");
}

/* On a wide screen, say in the table of contents which section is being read. */
const links = new Map();
for (const link of document.querySelectorAll(".contents a")) links.set(link.hash.slice(1), link);
if (links.size) {
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id).setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "0px 0px -75% 0px" },
  );
  for (const id of links.keys()) watch.observe(document.getElementById(id));
}
