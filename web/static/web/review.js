// The review desk: Enter confirms a field and leads to the next doubtful one, after the last to the next document.
"use strict";
import { Entry } from "./review_entry.js";
import { Viewer } from "./review_viewer.js";
import { AwayError, Drafts, form, post } from "./review_wire.js";

const LIFE = 60_000; // milliseconds between two signs of life
const page = document.getElementById("main");
const texts = page.dataset;
const told = document.getElementById("told");
const saved = document.getElementById("saved");
const aside = document.getElementById("aside");
const undoing = document.getElementById("undo");
const LAST = "sohoa.review.last";
const meant = () => Object.fromEntries(new URLSearchParams(location.search));

function tell(text, bad = false) {
  told.textContent = text;
  told.classList.toggle("bad", bad);
}

function status(state) {
  const said = { saving: texts.textSaving, saved: texts.textSaved, away: texts.textAway, signedOut: texts.textSignedOut };
  saved.textContent = said[state];
  saved.dataset.state = state;
}

// A document before the person.
class Desk {
  constructor(article) {
    this.article = article;
    this.form = article.querySelector(".entries");
    this.viewer = new Viewer(article.querySelector(".viewer"));
    this.entries = [...article.querySelectorAll(".entry")].map((element) => new Entry(element, texts));
    this.drafts = new Drafts(this, status);
    this.touched = false;
    this.gone = false;
    this.early = []; // keys pressed while an answer is awaited: they count once it is there, for this document alone
    this.listen();
  }

  url(name) {
    return this.article.dataset[name];
  }

  get result() {
    return this.article.dataset.result;
  }

  data(name = "") {
    const body = new FormData(this.form);
    body.append("name", name);
    for (const entry of this.entries) {
      if (entry.done) body.append("done", entry.name);
      if (entry.sure || (entry.done && entry.warned)) body.append("sure", entry.name);
    }
    return body;
  }

  of(target) {
    const element = target instanceof Element && target.closest(".entry");
    return element ? this.entries.find((entry) => entry.element === element) : undefined;
  }

  get focused() {
    return this.of(document.activeElement);
  }

  left() {
    return this.entries.filter((entry) => (entry.doubtful || entry.changed) && !entry.done);
  }

  count() {
    this.form.querySelector(".left").textContent = this.left().length;
  }

  start() {
    const first = this.left()[0] ?? this.entries[0];
    first.focus();
    this.viewer.show(first.element);
    this.count();
  }

  listen() {
    const { form } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.confirm(this.focused ?? this.left()[0]);
    });
    form.addEventListener("focusin", (event) => {
      const entry = this.of(event.target);
      if (entry) {
        this.last = entry;
        this.viewer.show(entry.element);
      }
    });
    form.addEventListener("input", (event) => {
      const entry = this.of(event.target);
      if (entry) this.typed(entry, event);
    });
    form.addEventListener("keydown", (event) => keys(this, event));
    form.addEventListener("pointerdown", (event) => {
      if (event.target.closest("[data-key], .suggest button")) event.preventDefault(); // the box keeps the focus
    });
    form.addEventListener("click", (event) => this.clicked(event.target.closest("button")));
  }

  typed(entry, event) {
    this.touched = true;
    entry.typed(event);
    this.drafts.keep(entry);
    this.count();
  }

  clicked(button) {
    if (!button) return;
    const entry = this.of(button) ?? this.last;
    if (button.dataset.key && entry) this.press(entry, button.dataset.key);
    else if (button.dataset.zoom) this.viewer.magnify(Number(button.dataset.zoom));
    else if ("none" in button.dataset) this.nothing(entry);
    else if ("asideOpen" in button.dataset) openAside();
    else if (button.classList.contains("pad-switch")) {
      const open = this.form.querySelector(".pad").classList.toggle("open");
      button.setAttribute("aria-expanded", open);
    } else if (button.closest(".suggest")) {
      entry.pick(entry.buttons.indexOf(button));
      entry.input.focus();
      this.changed(entry);
    }
  }

  // A key of the pad on the screen, as if it were one of the keyboard.
  press(entry, key) {
    const { input } = entry;
    input.focus();
    const [start, end] = [input.selectionStart, input.selectionEnd];
    const back = key === "⌫";
    input.setRangeText(back ? "" : key, back && start === end ? Math.max(0, start - 1) : start, end, "end");
    this.typed(entry, new InputEvent("input", { inputType: back ? "deleteContentBackward" : "insertText" }));
  }

  changed(entry) {
    this.touched = true;
    this.drafts.keep(entry);
    this.count();
  }

  // The paper says nothing here.
  nothing(entry) {
    if (!entry) return;
    entry.input.value = "";
    entry.known = entry.text;
    entry.said.replaceChildren();
    entry.sure = true;
    this.touched = true;
    this.confirm(entry);
  }

  async confirm(entry) {
    if (this.busy) return;
    this.busy = true;
    try {
      // With the last one the server looks at all of them anyway: asking it before would cost a round trip.
      const last = entry && this.left().every((one) => one === entry);
      if (last && entry.text.trim() && !entry.fault && !this.against(entry)) return await this.settle();
      if (entry && !(await this.confirmed(entry))) return;
      const next = this.left()[0];
      this.count();
      if (next) {
        if (entry) this.drafts.keep(entry);
        next.focus();
      } else await this.settle();
    } catch (error) {
      if (!(error instanceof AwayError)) throw error;
      status(error.message);
    } finally {
      this.busy = false;
      this.replay();
    }
  }

  replay() {
    while (this.early.length && !this.busy && desk === this) {
      const key = this.early.shift();
      const entry = this.focused ?? this.last;
      if (key === "Enter") this.confirm(entry);
      else if (key === "F4") this.nothing(entry);
      else this.press(entry, key);
    }
  }

  async confirmed(entry) {
    if (!(await this.drafts.looked(entry))) return false;
    if (entry.fault) {
      entry.focus();
      return false;
    }
    if (this.against(entry)) {
      if (!entry.sure && !entry.asked) {
        entry.ask();
        return false;
      }
      entry.sure = true;
    }
    entry.settle();
    return true;
  }

  // Whether something speaks against what stands in the box.
  against(entry) {
    return entry.warned || (entry.doubtful && !entry.text.trim());
  }

  async settle() {
    this.drafts.stop();
    const response = await post(this.url("settle"), this.data());
    const answer = await response.json();
    if (answer.done) {
      remember(this, answer.told);
      await leave(this);
      return;
    }
    for (const [name, what] of Object.entries(answer.fields || {})) {
      const entry = this.entries.find((one) => one.name === name);
      entry.done = entry.sure = entry.asked = false;
      entry.say(what);
      if (!what.fault) entry.ask();
    }
    if (answer.told) tell(answer.told, true);
    if (answer.stale) again(this);
    this.left()[0]?.focus();
    this.count();
  }
}

function keys(desk, event) {
  const entry = desk.of(event.target);
  const stop = () => event.preventDefault();
  if (event.key === "Enter" && event.repeat) return stop(); // held down it would confirm what nobody has seen
  if (desk.busy && !event.ctrlKey && !event.altKey && (event.key.length === 1 || ["Enter", "F4"].includes(event.key))) {
    desk.early.push(event.key);
    return stop();
  }
  if (desk.choosing) {
    desk.choosing = false;
    desk.form.classList.remove("choosing");
    if (entry && /^[1-9]$/.test(event.key)) {
      stop();
      if (entry.pick(Number(event.key) - 1)) desk.changed(entry);
      return;
    }
  }
  if (event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "z" && !desk.touched && undoing.action && !undoing.hidden) {
      stop();
      undoing.requestSubmit();
    }
    return;
  }
  const actions = {
    Enter: () => entry && !event.shiftKey && desk.confirm(entry),
    ArrowDown: () => step(desk, entry, 1),
    ArrowUp: () => step(desk, entry, -1),
    PageDown: () => desk.viewer.turn(1),
    PageUp: () => desk.viewer.turn(-1),
    Escape: () => entry?.restore() && (desk.changed(entry), true),
    F2: () => {
      desk.choosing = true;
      desk.form.classList.add("choosing");
    },
    F4: () => desk.nothing(entry),
    F9: openAside,
  };
  const act = actions[event.key];
  if (act && act() !== false) stop();
}

function step(desk, entry, by) {
  if (!entry || entry.input instanceof HTMLTextAreaElement || !entry.cycle(by)) return false;
  desk.changed(entry);
  return true;
}

// The document that is settled: it can be undone while the window is open, also after a reload.
function remember(desk, what) {
  tell(what);
  sessionStorage.setItem(LAST, desk.url("undo"));
  offerUndo();
}

function offerUndo() {
  const last = sessionStorage.getItem(LAST);
  undoing.hidden = !last;
  if (last) undoing.action = last;
}

// Somebody else was quicker: only looking at the document anew helps. What was typed is a draft.
function again(desk) {
  const link = document.createElement("a");
  link.href = desk.article.dataset.address;
  link.textContent = texts.textAgain;
  told.append(" ", link);
}

function openAside() {
  document.getElementById("note").value = "";
  document.getElementById("note-fault").textContent = "";
  aside.showModal();
}

let desk;
let ready = null; // promise of the next document: an article, or null where there is none

function prefetch() {
  const wish = form({ ...meant(), but: desk.result, part: "1" });
  ready = post(texts.next, wish)
    .then(async (response) => {
      if (response.status !== 200) return null;
      const made = document.createElement("template");
      made.innerHTML = await response.text();
      const article = made.content.querySelector("article");
      const first = article.querySelector(".entry.doubtful:not(.done)")?.dataset.page ?? "1";
      const images = [article.querySelector(`.leaf[data-page="${first}"] img`), ...article.querySelectorAll(".crop")];
      article.images = images.filter(Boolean).map((image) => Object.assign(new Image(), { src: image.getAttribute("src") }));
      return article;
    })
    .catch((error) => {
      if (!(error instanceof AwayError)) throw error;
      return undefined;
    });
}

// The document is done with: on to the next one.
async function leave(done) {
  done.gone = true;
  let article = await ready;
  if (article === undefined) {
    prefetch();
    article = await ready;
  }
  post(done.url("leave"), { ticket: done.article.dataset.ticket }, { keepalive: true }).catch(() => {});
  if (!article) {
    location.assign(texts.queue + location.search);
    return;
  }
  article = document.adoptNode(article);
  document.getElementById("desk").replaceWith(article);
  history.replaceState(null, "", article.dataset.address); // Back and Esc lead to the queue, not to what is settled
  document.title = `${article.dataset.title} · sohoa`;
  begin(article);
}

function begin(article) {
  desk = new Desk(article);
  desk.start();
  offerUndo();
  prefetch();
}

async function live() {
  const next = (await ready)?.dataset.result ?? "";
  try {
    const answer = await (await post(desk.url("stay"), { next })).json();
    if (!answer.next && next) prefetch();
  } catch (error) {
    if (!(error instanceof AwayError)) throw error;
    status(error.message);
  }
}

aside.addEventListener("close", () => (aside.returnValue = ""));
document.getElementById("note-back").addEventListener("click", () => aside.close());
aside.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const note = document.getElementById("note").value;
  const answer = await (await post(desk.url("aside"), { note, ticket: desk.article.dataset.ticket })).json();
  if (!answer.done) {
    document.getElementById("note-fault").textContent = answer.told;
    return;
  }
  aside.close();
  tell(answer.told);
  await leave(desk);
});
addEventListener("pagehide", () => {
  if (!desk.gone) {
    desk.drafts.flush();
    post(desk.url("leave"), { ticket: desk.article.dataset.ticket }, { keepalive: true }).catch(() => {});
  }
  ready?.then((article) => {
    if (article) post(article.dataset.leave, { ticket: article.dataset.ticket }, { keepalive: true }).catch(() => {});
  });
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("popstate", () => location.reload());
setInterval(live, LIFE);
begin(document.getElementById("desk"));
