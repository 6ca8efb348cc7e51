/* A map under the hands of its reader: pointer, fingers, wheel, keys, search, choice of a model. */

const REACH = 14; // how near the pointer has to be, in pixels
const SLACK = 4; // how far a click may move, in pixels
const STEP = 60; // pixels that an arrow key moves
const CLOSER = 1.35;

class WordMapFigure {
  constructor(root) {
    const data = JSON.parse(root.querySelector("script").textContent);
    this.maps = data.maps.map((map) => new Points(map, data.lists[map.list], data.wide));
    this.find = (selector) => root.querySelector(selector);
    this.stage = this.find(".stage");
    this.tip = this.find(".tip");
    this.search = this.find("input[type=search]");
    this.found = this.find("output");
    this.said = this.find(".said-of-map");
    this.near = this.find(".near");
    this.pressed = null; // where the pointer went down, until it moves
    this.view = new View(this.stage);
    this.fingers = new Map(); // pointers that are down -> where
    this.pointer = { x: 0, y: 0 };
    this.show(Number(this.find("input[type=radio]:checked").value));
    this.#listen(root);
  }

  /* Show a model; the word searched for stays in the middle. */
  show(place) {
    const { view } = this;
    view.points = this.maps[place];
    view.hovered = view.current = -1;
    view.chosen = this.word === undefined ? -1 : (view.points.list.places.get(this.word) ?? -1);
    this.said.textContent = view.points.said;
    this.#hover(-1);
    if (this.search.value) this.#seek(0);
    else view.move(0.5, 0.5, 1);
  }

  #listen(root) {
    const surface = this.view.above;
    for (const choice of root.querySelectorAll("input[type=radio]")) {
      choice.addEventListener("change", () => this.show(Number(choice.value)));
    }
    const hide = this.find(".hide input");
    hide.addEventListener("change", () => {
      for (const points of this.maps) points.hides = hide.checked;
      this.#seek(0);
    });
    this.find(".close").addEventListener("click", () => this.#choose(-1));
    this.search.addEventListener("input", () => this.#seek(0));
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#seek(this.view.current + (event.shiftKey ? -1 : 1));
    });
    const middle = () => [this.view.width / 2, this.view.height / 2];
    this.find(".closer").addEventListener("click", () => this.view.zoomAt(...middle(), CLOSER));
    this.find(".farther").addEventListener("click", () =>
      this.view.zoomAt(...middle(), 1 / CLOSER),
    );
    this.find(".whole").addEventListener("click", () => this.view.move(0.5, 0.5, 1));
    surface.addEventListener("pointerdown", (event) => this.#down(event));
    surface.addEventListener("pointermove", (event) => this.#moved(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      surface.addEventListener(kind, (event) => this.#up(event));
    }
    surface.addEventListener("pointerleave", () => this.#hover(-1));
    surface.addEventListener("keydown", (event) => this.#key(event));
    surface.addEventListener("dblclick", (event) =>
      this.view.zoomAt(event.offsetX, event.offsetY, CLOSER * CLOSER),
    );
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    const measure = () => this.view.measure();
    new ResizeObserver(measure).observe(this.stage);
    document.addEventListener("themechange", measure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", measure);
  }

  #down(event) {
    this.view.above.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.pressed = this.fingers.size === 1 ? { x: event.offsetX, y: event.offsetY } : null;
    this.stage.classList.add("held");
  }

  #up(event) {
    this.fingers.delete(event.pointerId);
    if (!this.fingers.size) this.stage.classList.remove("held");
    if (event.pointerType === "touch") this.#point(event);
    if (this.pressed && event.type === "pointerup") {
      this.#choose(this.view.at(event.offsetX, event.offsetY, REACH));
    }
    this.pressed = null;
  }

  #moved(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) {
      if (event.pointerType !== "touch") this.#point(event);
      return;
    }
    const { x, y } = finger;
    if (this.pressed) {
      const away = Math.hypot(event.offsetX - this.pressed.x, event.offsetY - this.pressed.y);
      if (away < SLACK) return;
      this.pressed = null;
    }
    finger.x = event.offsetX;
    finger.y = event.offsetY;
    this.#hover(-1);
    if (this.fingers.size === 2) this.#pinch(finger, x, y);
    else this.view.pan(finger.x - x, finger.y - y);
  }

  /* Two fingers: move with their middle, enlarge with their distance. */
  #pinch(finger, x, y) {
    for (const other of this.fingers.values()) {
      if (other === finger) continue;
      const before = Math.hypot(x - other.x, y - other.y) || 1;
      const after = Math.hypot(finger.x - other.x, finger.y - other.y) || 1;
      this.view.pan((finger.x - x) / 2, (finger.y - y) / 2);
      this.view.zoomAt((finger.x + other.x) / 2, (finger.y + other.y) / 2, after / before);
    }
  }

  /* The wheel belongs to the page until the map was chosen by a click, or Ctrl is held. */
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.view.above) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    this.view.zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY * lines * 0.002));
    this.#hover(-1);
  }

  #key(event) {
    const { view } = this;
    const keys = {
      ArrowLeft: () => view.pan(STEP, 0),
      ArrowRight: () => view.pan(-STEP, 0),
      ArrowUp: () => view.pan(0, STEP),
      ArrowDown: () => view.pan(0, -STEP),
      "+": () => this.find(".closer").click(),
      "=": () => this.find(".closer").click(),
      "-": () => this.find(".farther").click(),
      0: () => this.find(".whole").click(),
      Escape: () => view.above.blur(),
      Enter: () => {
        const place = view.at(view.width / 2, view.height / 2, view.width);
        this.#hover(place);
        this.#choose(place);
      },
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  }

  #point(event) {
    this.#hover(this.view.at(event.offsetX, event.offsetY, REACH));
  }

  /* Say which word is pointed at. */
  #hover(i) {
    const { view, tip } = this;
    if (i === view.hovered && (i >= 0) !== tip.hidden) return;
    view.hovered = i;
    tip.hidden = i < 0;
    view.ask(false);
    if (i < 0) return;
    const { words, counts, model } = view.points;
    tip.querySelector("bdi").textContent = words[i];
    tip.querySelector("span").textContent = `${counts[i].toLocaleString("en")} × · ${model}`;
    const x = Math.min(Math.max(view.left(i), tip.offsetWidth / 2), view.width - tip.offsetWidth / 2);
    const above = view.top(i) > tip.offsetHeight + 16;
    const y = view.top(i) + (above ? -tip.offsetHeight - 12 : 14);
    tip.style.transform = `translate(${Math.round(x - tip.offsetWidth / 2)}px, ${Math.round(y)}px)`;
  }

  /* List the nearest words of a word in each model; those on the map can be clicked in turn. */
  #choose(i) {
    const { view, near } = this;
    view.chosen = i;
    near.hidden = i < 0;
    this.word = i < 0 ? undefined : view.points.words[i];
    view.ask(false);
    if (i < 0) return;
    near.querySelector("h3 bdi").textContent = this.word;
    near.querySelector("h3 .note").textContent = say("nearest words in all dimensions, with cosines");
    const lists = this.maps
      .map((points) => [points.model, points.neighbors(this.word)])
      .filter(([, found]) => found.length)
      .map(([model, found]) => {
        const list = document.createElement("div");
        const title = list.appendChild(document.createElement("h4"));
        title.textContent = model;
        const items = list.appendChild(document.createElement("ol"));
        for (const [word, cosine, place] of found) {
          const item = items.appendChild(document.createElement("li"));
          const name = item.appendChild(document.createElement(place < 0 ? "span" : "button"));
          name.appendChild(document.createElement("bdi")).textContent = word;
          if (place >= 0) name.addEventListener("click", () => this.#go(word));
          const number = item.appendChild(document.createElement("small"));
          number.textContent = cosine.toFixed(2).replace("-", "−");
        }
        return list;
      });
    near.querySelector(".lists").replaceChildren(...lists);
  }

  /* Bring a word to the middle and list its nearest words. */
  #go(word) {
    const { view } = this;
    const i = view.points.list.places.get(word);
    if (i === undefined) return;
    view.move(view.points.x[i], view.points.y[i], Math.max(view.zoom, 2));
    this.#choose(i);
  }

  /* Light up the words that hold the letters, and bring one of them to the middle. */
  #seek(place) {
    const { view } = this;
    const { points } = view;
    points.find(this.search.value);
    const n = points.nHits;
    view.current = n ? (place + n) % n : -1;
    if (n) {
      const i = points.hits[view.current];
      view.move(points.x[i], points.y[i], Math.max(view.zoom, 3));
      const many = n === 1 ? say("1 word") : say("{} words", n.toLocaleString("en"));
      this.found.textContent = `${many}; ${say("in the middle")}: ${points.words[i]}`;
    } else {
      this.found.textContent = this.search.value.trim() ? say("no such word on this map") : "";
      view.ask(true);
    }
    this.#hover(-1);
  }
}

for (const root of document.querySelectorAll(".map")) new WordMapFigure(root);
