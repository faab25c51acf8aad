// One field of the document: what is typed into it, how that is completed, suggested and judged.
"use strict";

const FIGURES = /^\d{1,7}[A-Za-z]?$/;

export class Entry {
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
    this.name = element.dataset.name;
    this.input = element.querySelector("input, textarea");
    this.said = element.querySelector(".said");
    this.doubtful = element.classList.contains("doubtful");
    this.rests = (element.dataset.rests || "").split("|").filter(Boolean);
    this.buttons = [...element.querySelectorAll(".suggest button")];
    this.at = -1; // the suggestion that stands in the box
    this.before = null; // what stood there before suggestions or a completion took its place
    this.sure = false; // the person confirmed what speaks against it
    this.asked = false; // they were asked to
    this.known = this.input.value === element.dataset.start || "known" in element.dataset ? this.text : null;
  }

  get text() {
    return this.input.value;
  }

  get done() {
    return this.element.classList.contains("done");
  }

  set done(is) {
    this.element.classList.toggle("done", is);
    this.element.querySelector(".tick")?.setAttribute("aria-label", is ? this.texts.textChecked : "");
  }

  get changed() {
    return this.text !== this.element.dataset.start;
  }

  get fault() {
    return this.said.querySelector(".fault") !== null;
  }

  get warned() {
    return this.said.querySelector(".warning") !== null;
  }

  focus() {
    this.input.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
    this.input.select();
  }

  // Something was typed: what was confirmed counts no more, and figures alone get the rest of a number.
  typed(event) {
    this.done = false;
    this.sure = this.asked = false;
    this.at = -1;
    this.before = null;
    this.mark();
    const inserted = !event.isComposing && (event.inputType || "").startsWith("insert");
    const end = this.input.selectionStart === this.text.length;
    if (inserted && end && this.rests.length && FIGURES.test(this.text)) this.complete(this.rests[0]);
  }

  // Put `rest` behind the figures, selected: the next figure takes its place, Backspace and Esc take it away.
  complete(rest) {
    const figures = this.text;
    this.before = figures;
    this.input.value = figures + rest;
    this.input.setSelectionRange(figures.length, this.text.length);
  }

  // Esc: what stood there before a suggestion or a completion. False where there was none.
  restore() {
    if (this.before === null) return false;
    this.input.value = this.before;
    this.before = null;
    this.at = -1;
    this.mark();
    return true;
  }

  // The suggestion `step` further on takes the place of what was typed; before the first one stands that itself.
  cycle(step) {
    if (!this.buttons.length) return false;
    const places = this.buttons.length + 1;
    const next = ((this.at + 1 + step + places) % places) - 1;
    if (next < 0) return this.restore();
    return this.pick(next);
  }

  pick(number) {
    const button = this.buttons[number];
    if (!button) return false;
    const stood = this.before ?? this.text;
    const figures = (stood.match(/^\d{1,7}[A-Za-z]?/) || [""])[0];
    const { value, rest } = button.dataset;
    this.input.value = value ?? figures + rest;
    this.before = stood;
    this.at = number;
    this.done = false;
    this.sure = this.asked = false;
    this.mark();
    return true;
  }

  mark() {
    this.buttons.forEach((button, number) => button.classList.toggle("at", number === this.at));
  }

  // What the server says of the text: a fault, warnings, and what it understood.
  say({ fault, warnings, shown }) {
    this.said.replaceChildren();
    if (fault) this.line("fault", fault);
    for (const warning of warnings || []) this.line("warning", warning);
    if (!fault && shown && shown !== this.text) this.line("shown", `${this.texts.textReadAs}: ${shown}`);
    this.input.setAttribute("aria-invalid", fault ? "true" : "false");
    this.known = this.text;
    this.shown = fault ? "" : shown;
  }

  line(kind, text) {
    const line = document.createElement("p");
    line.className = kind;
    line.textContent = text;
    this.said.append(line);
  }

  ask() {
    this.asked = true;
    this.line("ask", this.texts.textOnceMore);
  }

  // Confirmed: the box shows what was understood.
  settle() {
    if (this.shown && this.shown !== this.text) {
      this.input.value = this.shown;
      this.known = this.text;
      this.said.querySelector(".shown")?.remove();
    }
    this.said.querySelector(".ask")?.remove();
    this.before = null;
    this.done = true;
  }
}
