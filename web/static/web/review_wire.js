// What the desk tells the server: drafts as they are typed, one request at a time; signs of life; what is settled.
"use strict";

const LATER = 2000; // milliseconds after which a draft that did not get through is sent again

export class AwayError extends Error {}

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

// POST `data` (FormData or an object); gives the response. AwayError where nobody answers, or somebody else does.
export async function post(url, data, options = {}) {
  const body = data instanceof FormData ? data : form(data);
  let response;
  try {
    response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() }, ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new AwayError("away");
  }
  if (response.redirected) throw new AwayError("signedOut");
  if (response.status >= 500 || response.status === 403) throw new AwayError("away");
  return response;
}

export function form(data) {
  const body = new FormData();
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value]) body.append(name, one);
  }
  return body;
}

// Keeps what is typed: the newest state is sent as soon as the one before has arrived.
export class Drafts {
  constructor(desk, told) {
    this.desk = desk;
    this.told = told; // told(state): "saving", "saved", "away", "signedOut"
    this.dirty = null;
    this.flying = null;
    this.cut = new AbortController();
  }

  // The document is settled: what is on its way need not arrive.
  stop() {
    this.dirty = null;
    this.cut.abort();
    this.cut = new AbortController();
  }

  keep(entry) {
    this.dirty = entry;
    this.flying ??= this.send().finally(() => (this.flying = null));
  }

  async send() {
    while (this.dirty) {
      const entry = this.dirty;
      this.dirty = null;
      this.told("saving");
      try {
        const cut = this.cut.signal;
        const response = await post(this.desk.url("typed"), this.desk.data(entry.name), { signal: cut });
        if (cut.aborted) return;
        const answer = await response.json();
        if (answer.text === entry.text) entry.say(answer);
        else if (answer.told) entry.say({ fault: answer.told });
        this.told("saved");
      } catch (error) {
        if (error.name === "AbortError") return;
        if (!(error instanceof AwayError)) throw error;
        this.told(error.message);
        setTimeout(() => this.keep(this.dirty ?? entry), LATER);
        return;
      }
    }
  }

  // The text in the box has been looked at. False where nobody answers.
  async looked(entry) {
    while (entry.known !== entry.text) {
      if (!this.flying) this.keep(entry);
      await this.flying;
      if (entry.known !== entry.text && !this.dirty && !this.flying) return false;
    }
    return true;
  }

  // The window closes: what did not get away yet is sent without waiting.
  flush() {
    if (!this.dirty && !this.flying) return;
    post(this.desk.url("typed"), this.desk.data(""), { keepalive: true }).catch(() => {});
  }
}
