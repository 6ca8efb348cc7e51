/* What is seen of a map.  The points and their labels are on one canvas, what is pointed at or
   searched for on another above it, so that hovering redraws next to nothing.  A frame allocates
   nothing: places are computed from typed arrays, labels are kept apart by a grid of bytes. */

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

class View {
  constructor(stage) {
    this.below = stage.querySelector(".points");
    this.above = stage.querySelector(".marks");
    this.paint = this.below.getContext("2d");
    this.mark = this.above.getContext("2d");
    this.stage = stage;
    this.points = null;
    this.hovered = -1;
    this.current = -1; // of the hits
    this.zoom = 1;
    this.x = 0.5;
    this.y = 0.5;
    this.waiting = false;
    this.stale = false; // whether the points have to be drawn anew, not only the marks
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
    this.dot = style.borderTopColor;
    this.accent = style.outlineColor;
    this.sprites = CLASSES.map((each) => this.#sprite(each));
    this.ask(true);
  }

  #sprite({ radius, alpha }) {
    const side = Math.ceil((radius + 1) * 2 * this.ratio);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const paint = canvas.getContext("2d");
    paint.globalAlpha = alpha;
    paint.fillStyle = this.dot;
    paint.beginPath();
    paint.arc(side / 2, side / 2, radius * this.ratio, 0, 2 * Math.PI);
    paint.fill();
    return { canvas, side: side / this.ratio };
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
    paint.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paint.clearRect(0, 0, width, height);
    paint.globalAlpha = points.nHits ? 0.35 : 1;
    let last = points.n;
    for (let k = CLASSES.length - 1; k >= 0; k--) {
      const first = k ? Math.floor(CLASSES[k - 1].share * points.n) : 0;
      const { canvas, side } = this.sprites[k];
      const half = side / 2;
      for (let i = last - 1; i >= first; i--) {
        const x = right + points.x[i] * unit - half;
        const y = down - points.y[i] * unit - half;
        if (x > -side && y > -side && x < width && y < height) {
          paint.drawImage(canvas, x, y, side, side);
        }
      }
      last = first;
    }
    this.#drawLabels(unit, right, down);
  }

  /* The most frequent words first; a word that would cover one that is there is left out. */
  #drawLabels(unit, right, down) {
    const { paint, points, width, height } = this;
    this.#beginLabels(paint);
    paint.fillStyle = this.ink;
    this.taken.fill(0);
    let most = Math.min(140, (width * height) / 4200);
    let tries = 900;
    for (let i = 0; i < points.n && most > 0 && tries > 0; i++) {
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
