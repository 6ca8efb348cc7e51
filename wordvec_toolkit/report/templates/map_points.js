/* The points of a map: where they are, which is near a place, and which words hold some letters.
   Places are in a square of side 1, y growing upwards; words come by falling frequency. */

const GRID = 64; // cells along a side
const LONGEST = 24; // letters of a label
const FULL = 65535; // places are kept as whole numbers up to this

/* A word as its label: no longer than leaves room for others. */
function shortened(word) {
  return word.length <= LONGEST ? word : `${[...word].slice(0, LONGEST - 1).join("")}…`;
}

/* Integers of a given size in bytes, from base64. */
function numbers(text, Kind) {
  return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

class Points {
  constructor(map, list, wide) {
    const n = list.words.length;
    this.n = n;
    this.list = list;
    this.k = map.k;
    this.near = numbers(map.near, wide ? Uint32Array : Uint16Array);
    this.cosines = numbers(map.cosines, Int8Array);
    list.places ??= new Map(list.words.map((word, place) => [word, place]));
    if (!list.isFunction) {
      list.isFunction = new Uint8Array(n);
      for (const place of list.function) list.isFunction[place] = 1;
    }
    this.isFunction = list.isFunction;
    this.hides = false; // whether function words are not shown
    this.model = map.model;
    this.said = map.said;
    this.words = list.words;
    this.counts = list.counts;
    this.x = Float32Array.from(map.x, (value) => value / FULL);
    this.y = Float32Array.from(map.y, (value) => value / FULL);
    this.widths = new Float32Array(n); // of labels, measured when first shown
    this.hits = new Int32Array(n);
    this.nHits = 0;
    list.labels ??= list.words.map(shortened);
    this.labels = list.labels;
    list.folded ??= list.words.map((word) => word.toLowerCase());
    this.folded = list.folded;
    this.#fillGrid();
  }

  /* The points of cell c are items[starts[c]] ... items[starts[c + 1] - 1]. */
  #fillGrid() {
    const starts = new Int32Array(GRID * GRID + 1);
    for (let i = 0; i < this.n; i++) starts[this.#cell(this.x[i], this.y[i]) + 1]++;
    for (let c = 0; c < GRID * GRID; c++) starts[c + 1] += starts[c];
    const next = starts.slice();
    const items = new Int32Array(this.n);
    for (let i = 0; i < this.n; i++) items[next[this.#cell(this.x[i], this.y[i])]++] = i;
    this.starts = starts;
    this.items = items;
  }

  #cell(x, y) {
    return Math.min(GRID - 1, (y * GRID) | 0) * GRID + Math.min(GRID - 1, (x * GRID) | 0);
  }

  /* The point nearest to a place, no farther than a radius; -1 if there is none. */
  nearest(x, y, radius) {
    const left = Math.max(0, ((x - radius) * GRID) | 0);
    const right = Math.min(GRID - 1, ((x + radius) * GRID) | 0);
    const low = Math.max(0, ((y - radius) * GRID) | 0);
    const high = Math.min(GRID - 1, ((y + radius) * GRID) | 0);
    let best = -1;
    let least = radius * radius;
    for (let row = low; row <= high; row++) {
      const end = this.starts[row * GRID + right + 1];
      for (let k = this.starts[row * GRID + left]; k < end; k++) {
        const i = this.items[k];
        if (this.hides && this.isFunction[i]) continue;
        const dx = this.x[i] - x;
        const dy = this.y[i] - y;
        const distance = dx * dx + dy * dy;
        if (distance <= least) {
          least = distance;
          best = i;
        }
      }
    }
    return best;
  }

  /* The nearest words of a word in all dimensions, as [word, cosine, place on the map or -1]. */
  neighbors(word) {
    const own = this.list.places.get(word);
    const found = [];
    if (own === undefined) return found;
    for (let j = own * this.k; j < (own + 1) * this.k; j++) {
      const place = this.near[j];
      if (place === own) continue;
      const here = place < this.n;
      const name = here ? this.words[place] : this.list.others[place - this.n];
      found.push([name, this.cosines[j] / 100, here ? place : -1]);
    }
    return found;
  }

  /* Find words that hold the letters: first the word itself, then those that begin with them. */
  find(letters) {
    const asked = letters.trim().toLowerCase();
    this.nHits = 0;
    if (!asked) return;
    for (let pass = 0; pass < 3; pass++) {
      for (let i = 0; i < this.n; i++) {
        const at = this.folded[i].indexOf(asked);
        if (at < 0 || (this.hides && this.isFunction[i])) continue;
        const rank = at > 0 ? 2 : this.folded[i].length > asked.length ? 1 : 0;
        if (rank === pass) this.hits[this.nHits++] = i;
      }
    }
  }
}
