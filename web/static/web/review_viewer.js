// The pages of the document: scrolled and zoomed to where the field in focus stands.
"use strict";

const LARGEST = 3;
const SHARE = 0.6; // of the width that a place takes up when it is zoomed to
const CLOSEST = 2.2; // zoom that the page picture still bears

export class Viewer {
  constructor(element) {
    this.element = element;
    this.zoom = 1;
    for (const leaf of element.querySelectorAll(".leaf")) {
      const image = leaf.querySelector("img");
      image.addEventListener("error", () => leaf.classList.add("missing"));
    }
  }

  leaf(page) {
    return this.element.querySelector(`.leaf[data-page="${page}"]`);
  }

  // Show where `entry` (its element) stands, or page 1 where nobody knows.
  show(entry) {
    for (const frame of this.element.querySelectorAll(".frame")) {
      frame.classList.toggle("at", frame.dataset.field === entry.dataset.name);
    }
    const leaf = this.leaf(entry.dataset.page);
    if (!leaf) return;
    const { x, y, w, h } = entry.dataset;
    const width = Number(leaf.dataset.width);
    const known = x !== undefined;
    this.scale(known ? Math.min(CLOSEST, Math.max(1, (SHARE * width) / Number(w))) : 1);
    const pixel = leaf.offsetWidth / width;
    const middle = known ? (Number(x) + Number(w) / 2) * pixel : leaf.offsetWidth / 2;
    const line = known ? (Number(y) + Number(h) / 2) * pixel : 0;
    this.element.scrollTo({
      left: leaf.offsetLeft - this.element.offsetLeft + middle - this.element.clientWidth / 2,
      top: leaf.offsetTop - this.element.offsetTop + line - this.element.clientHeight * 0.4,
    });
  }

  scale(zoom) {
    this.zoom = Math.min(LARGEST, Math.max(1, zoom));
    this.element.style.setProperty("--zoom", this.zoom);
  }

  // Larger or smaller by `factor`, about the middle of what is seen.
  magnify(factor) {
    const box = this.element;
    const before = this.zoom;
    const across = (box.scrollLeft + box.clientWidth / 2) / before;
    const down = (box.scrollTop + box.clientHeight / 2) / before;
    this.scale(before * factor);
    box.scrollTo({ left: across * this.zoom - box.clientWidth / 2, top: down * this.zoom - box.clientHeight / 2 });
  }

  turn(step) {
    this.element.scrollBy({ top: step * this.element.clientHeight * 0.8 });
  }
}
