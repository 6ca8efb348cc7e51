/* What is seen of a map.  The points and their labels are on one canvas, what is pointed at or
   searched for on another above it, so that hovering redraws next to nothing.  A frame allocates
   nothing: points are set into pixels by hand, which takes a tenth of the time of 10,000 calls of
   drawImage where there is no GPU; labels are kept apart by a grid of bytes. */

const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const LINE = 14; // height of a label
const CELL = 7; // of the grid that keeps labels apart
const CLOSEST = 80; // times enlarged
/* Shares of the words by falling frequency, and how they are drawn. */
const CLASSES = [
  { share: 0.02, radius: 3.6, alpha: 1 },
  { share: 0.1, radius: 2.8, alpha: 0.85 },
  { share: 0.35, radius: 2.1, alpha: 0.65 },
  { share: 1, radius: 1.6, alpha: 0.5 },
];

/* A disc as ink on each pixel of a square with a middle, its border smooth. */
function disc(radius, alpha) {
  const half = Math.ceil(radius);
  const side = 2 * half + 1;
  const ink = new Uint8Array(side * side);
  for (let k = 0; k < ink.length; k++) {
    const away = Math.hypot((k % side) - half, Math.floor(k / side) - half);
    ink[k] = 255 * alpha * Math.min(1, Math.max(0, radius + 0.5 - away));
  }
  return { side, ink };
}

/* Red, green and blue of a colour of CSS. */
function readColor(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.fillStyle = color;
  paint.fillRect(0, 0, 1, 1);
  return paint.getImageData(0, 0, 1, 1).data;
}

/* 256 pixels from the ground to (a share of) the ink, in the order of bytes of this machine. */
function mixtures(ground, ink, share) {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let k = 0; k < 256; k++) {
    for (let c = 0; c < 3; c++) {
      bytes[4 * k + c] = ground[c] + ((ink[c] - ground[c]) * share * k) / 255;
    }
    bytes[4 * k + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

class View {
  constructor(stage) {
    this.below = stage.querySelector(".points");
    this.above = stage.querySelector(".marks");
    this.paint = this.below.getContext("2d");
    this.mark = this.above.getContext("2d");
    this.stage = stage;
    this.points = null;
    this.hovered = -1;
    this.chosen = -1; // whose nearest words are listed
    this.current = -1; // of the hits
    this.zoom = 1;
    this.x = 0.5;
    this.y = 0.5;
    this.waiting = false;
    this.stale = false; // whether the points have to be drawn again, not only the marks
    this.frame = () => this.#draw();
    this.measure();
  }

  /* Take on the size of the page, the density of the screen and the colours of the theme. */
  measure() {
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const width = this.stage.clientWidth;
    const height = this.stage.clientHeight;
    for (const canvas of [this.below, this.above]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.columns = Math.ceil(width / CELL) + 1;
    this.taken = new Uint8Array(this.columns * (Math.ceil(height / CELL) + 1));
    const style = getComputedStyle(this.stage);
    this.ink = style.color;
    this.paper = style.backgroundColor;
    this.accent = style.outlineColor;
    this.image = this.paint.createImageData(this.below.width, this.below.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.inked = new Uint8Array(this.pixels.length); // how much ink is on each pixel, of 255
    this.discs = CLASSES.map((each) => disc(each.radius * ratio, each.alpha));
    const shades = [readColor(style.backgroundColor), readColor(style.borderTopColor)];
    this.full = mixtures(...shades, 1);
    this.faint = mixtures(...shades, 0.35);
    this.ask(true);
  }

  get unit() {
    return Math.min(this.width, this.height) * 0.94 * this.zoom;
  }

  /* Draw before the next picture of the screen, once however often it is asked for. */
  ask(stale) {
    this.stale ||= stale;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(this.frame);
  }

  /* Show another part; what is in the middle stays within the map. */
  move(x, y, zoom) {
    this.zoom = Math.min(CLOSEST, Math.max(0.8, zoom));
    this.x = Math.min(1, Math.max(0, x));
    this.y = Math.min(1, Math.max(0, y));
    this.ask(true);
  }

  /* Enlarge so that what is at a place of the screen stays there. */
  zoomAt(left, top, factor) {
    const before = this.unit;
    const zoom = Math.min(CLOSEST, Math.max(0.8, this.zoom * factor));
    const after = (before / this.zoom) * zoom;
    const across = left - this.width / 2;
    const down = top - this.height / 2;
    this.move(
      this.x + across / before - across / after,
      this.y - down / before + down / after,
      zoom,
    );
  }

  pan(across, down) {
    this.move(this.x - across / this.unit, this.y + down / this.unit, this.zoom);
  }

  at(left, top, radius) {
    const unit = this.unit;
    return this.points.nearest(
      this.x + (left - this.width / 2) / unit,
      this.y - (top - this.height / 2) / unit,
      radius / unit,
    );
  }

  left(i) {
    return (this.points.x[i] - this.x) * this.unit + this.width / 2;
  }

  top(i) {
    return this.height / 2 - (this.points.y[i] - this.y) * this.unit;
  }

  #draw() {
    this.waiting = false;
    if (!this.points) return;
    if (this.stale) {
      this.stale = false;
      this.#drawPoints();
    }
    this.#drawMarks();
  }

  #drawPoints() {
    const { paint, points, width, height } = this;
    const unit = this.unit;
    const right = width / 2 - this.x * unit;
    const down = height / 2 + this.y * unit;
    const colors = points.nHits ? this.faint : this.full;
    this.inked.fill(0);
    this.pixels.fill(colors[0]);
    let last = points.n;
    for (let k = CLASSES.length - 1; k >= 0; k--) {
      const first = k ? Math.floor(CLASSES[k - 1].share * points.n) : 0;
      for (let i = last - 1; i >= first; i--) {
        if (points.hides && points.isFunction[i]) continue;
        const x = (right + points.x[i] * unit) * this.ratio;
        const y = (down - points.y[i] * unit) * this.ratio;
        this.#stamp(this.discs[k], Math.round(x), Math.round(y), colors);
      }
      last = first;
    }
    paint.putImageData(this.image, 0, 0);
    paint.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paint.globalAlpha = points.nHits ? 0.35 : 1;
    this.#drawLabels(unit, right, down);
  }

  /* Add the ink of a disc to the pixels around its middle. */
  #stamp({ side, ink }, x, y, colors) {
    const { width, height } = this.image;
    const half = side >> 1;
    if (x < half || y < half || x + half >= width || y + half >= height) return;
    const { inked, pixels } = this;
    for (let row = 0, k = 0; row < side; row++) {
      let at = (y - half + row) * width + x - half;
      for (let column = 0; column < side; column++, k++, at++) {
        if (ink[k] === 0) continue;
        inked[at] += ((255 - inked[at]) * ink[k] + 127) / 255;
        pixels[at] = colors[inked[at]];
      }
    }
  }

  /* The most frequent words first, function words after the others; a word that would cover one
     that is there is skipped. */
  #drawLabels(unit, right, down) {
    const { paint, points, width, height } = this;
    this.#beginLabels(paint);
    paint.fillStyle = this.ink;
    this.taken.fill(0);
    let most = Math.min(140, (width * height) / 4200);
    let tries = 900;
    for (let k = 0; k < (points.hides ? 1 : 2) * points.n && most > 0 && tries > 0; k++) {
      const i = k % points.n;
      if ((points.isFunction[i] === 1) !== k >= points.n) continue;
      const x = right + points.x[i] * unit;
      const y = down - points.y[i] * unit - 6;
      if (x < 4 || y < LINE || x > width - 4 || y > height) continue;
      tries--;
      if (this.#claim(x, y, this.#labelWidth(paint, i))) {
        paint.strokeText(points.labels[i], x, y);
        paint.fillText(points.labels[i], x, y);
        most--;
      }
    }
    paint.globalAlpha = 1;
  }

  #beginLabels(paint) {
    paint.font = FONT;
    paint.textAlign = "center";
    paint.lineWidth = 3;
    paint.lineJoin = "round";
    paint.strokeStyle = this.paper;
  }

  #labelWidth(paint, i) {
    const widths = this.points.widths;
    if (widths[i] === 0) widths[i] = paint.measureText(this.points.labels[i]).width + 6;
    return widths[i];
  }

  /* Take the room of a label, whose middle and foot are given, unless some of it is taken. */
  #claim(x, y, wide) {
    const first = Math.floor((x - wide / 2) / CELL);
    const last = Math.floor((x + wide / 2) / CELL);
    if (first < 0 || last >= this.columns) return false;
    const top = Math.max(0, Math.floor((y - LINE) / CELL));
    const foot = Math.floor(y / CELL);
    for (let row = top; row <= foot; row++) {
      for (let c = first; c <= last; c++) if (this.taken[row * this.columns + c]) return false;
    }
    for (let row = top; row <= foot; row++) {
      this.taken.fill(1, row * this.columns + first, row * this.columns + last + 1);
    }
    return true;
  }

  #drawMarks() {
    const { mark, points, width, height } = this;
    mark.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    mark.clearRect(0, 0, width, height);
    mark.fillStyle = this.accent;
    for (let k = points.nHits - 1; k >= 0; k--) {
      const x = this.left(points.hits[k]);
      const y = this.top(points.hits[k]);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      mark.beginPath();
      mark.arc(x, y, 4, 0, 2 * Math.PI);
      mark.fill();
    }
    this.#beginLabels(mark);
    this.taken.fill(0);
    if (this.current >= 0) this.#ring(points.hits[this.current]);
    for (let k = 0, most = 60; k < points.nHits && most > 0; k++) {
      if (this.#name(points.hits[k])) most--;
    }
    if (this.chosen >= 0) {
      this.#ring(this.chosen);
      this.taken.fill(0);
      this.#name(this.chosen);
    }
    if (this.hovered >= 0) this.#ring(this.hovered);
  }

  #name(i) {
    const x = this.left(i);
    const y = this.top(i) - 8;
    if (x < 0 || y < 0 || x > this.width || y > this.height + 8) return false;
    if (!this.#claim(x, y, this.#labelWidth(this.mark, i))) return false;
    this.mark.fillStyle = this.accent;
    this.mark.strokeText(this.points.labels[i], x, y);
    this.mark.fillText(this.points.labels[i], x, y);
    return true;
  }

  #ring(i) {
    const { mark } = this;
    mark.beginPath();
    mark.arc(this.left(i), this.top(i), 7, 0, 2 * Math.PI);
    mark.strokeStyle = this.accent;
    mark.lineWidth = 2;
    mark.stroke();
    mark.strokeStyle = this.paper;
    mark.lineWidth = 3;
  }
}
