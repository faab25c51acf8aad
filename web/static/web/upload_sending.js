// Sends one file in pieces, and has it taken in. Every request is tried until it gets through; the server says how much
// of the file is safe, and the checksum of that tells whether it is the beginning of this very file.
const PIECE_TIMEOUT = 120000;
const FINISH_TIMEOUT = 900000;
const LONGEST_PAUSE = 20000;

/** What is awaited; it goes on by itself. */
class Away extends Error {}

/** The server, or the file itself, says no. */
export class Refused extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

/** A person gave the file up. */
export class Dropped extends Error {}

// CRC-32, as in zip files: the checksum of each piece, and of all that was sent.
const table = new Uint32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
export function crc(bytes, before = 0) {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = table[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}
const hex = (sum) => sum.toString(16).padStart(8, "0");

/**
 * `say`: texts and addresses; `show()`: something changed; `settle(job, row)`: the server is done with a file.
 * A job holds its `file`, `state`, `received` bytes, what is `said` of it, and `stop`, an AbortController.
 */
export function sending(say, show, settle) {
  const PIECE = Number(say.piece);
  let token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  async function read(job, from, to) {
    try {
      const bytes = new Uint8Array(await job.file.slice(from, to).arrayBuffer());
      if (bytes.length === Math.min(to, job.file.size) - from) return bytes;
    } catch { /* told below */ }
    throw new Refused(0, say.unreadable);
  }

  async function ask(job, method, url, { body, headers = {}, timeout = PIECE_TIMEOUT } = {}) {
    let answer;
    const signal = AbortSignal.any([job.stop.signal, AbortSignal.timeout(timeout)]);
    try {
      answer = await fetch(url, { method, body, signal, redirect: "manual", headers: { "X-CSRFToken": token, ...headers } });
    } catch {
      if (job.stop.signal.aborted) throw new Dropped();
      throw new Away(say.lost);
    }
    if (answer.type === "opaqueredirect") throw new Away(say.signedOut);
    if (answer.status === 403) await freshToken();
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.id) {
      window.dispatchEvent(new Event("sohoa:heard"));
      return told;
    }
    if (answer.status >= 500 || [403, 408, 422, 429].includes(answer.status) || answer.ok) throw new Away(told.said || say.lost);
    throw new Refused(answer.status, told.said || say.odd);
  }

  // Who signed in anew in another window has another token; the page as it is now holds it.
  async function freshToken() {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      token = JSON.parse(page.body.getAttribute("hx-headers"))["X-CSRFToken"] || token;
    } catch { /* the next try will tell */ }
  }

  // Until it works: at once when the network is back or another request got through, else after longer and longer pauses.
  async function patiently(job, act) {
    for (let tries = 0; ; tries++) {
      if (job.stop.signal.aborted) throw new Dropped();
      try {
        const got = await act();
        job.said = "";
        return got;
      } catch (error) {
        if (!(error instanceof Away)) throw error;
        job.said = error.message;
        show();
        await pause(job, Math.min(LONGEST_PAUSE, 500 * 2 ** tries) * (0.5 + Math.random()));
      }
    }
  }

  function pause(job, time) {
    return new Promise((go) => {
      const wakers = [[window, "online"], [window, "sohoa:heard"], [job.stop.signal, "abort"]];
      const done = () => {
        clearTimeout(timer);
        wakers.forEach(([on, name]) => on.removeEventListener(name, done));
        go();
      };
      const timer = setTimeout(done, time);
      wakers.forEach(([on, name]) => on.addEventListener(name, done));
    });
  }

  const address = (job) => say.upload.replace("/0/", `/${job.id}/`);

  async function begin(job, anew) {
    const { name, size, lastModified } = job.file;
    const told = { name, size, modified: lastModified, mark: job.mark, replaces: say.replaces };
    const row = await ask(job, "POST", say.begin + (anew ? "?anew=1" : ""), {
      body: JSON.stringify(told),
      headers: { "Content-Type": "application/json" },
    });
    return row;
  }

  // Whether what is on the server is the beginning of this very file.
  async function isOurs(job, row) {
    if (row.received < job.checked) [job.checked, job.sum] = [0, 0];
    while (job.checked < row.received) {
      const bytes = await read(job, job.checked, Math.min(job.checked + PIECE, row.received));
      job.sum = crc(bytes, job.sum);
      job.checked += bytes.length;
    }
    return hex(job.sum) === row.checksum;
  }

  async function adopt(job, row) {
    if (!(await isOurs(job, row))) {
      row = await patiently(job, () => begin(job, true));
      if (!(await isOurs(job, row))) throw new Refused(0, say.unreadable);
    }
    Object.assign(job, { id: row.id, received: row.received, there: row.state });
    if (row.state === "refused" || row.state === "done") settle(job, row);
    show();
  }

  async function send(job) {
    job.state = "sending";
    show();
    job.mark = hex(crc(await read(job, 0, PIECE)));
    await adopt(job, await patiently(job, () => begin(job)));
    while (job.there === "receiving" && job.state === "sending") {
      const bytes = await read(job, job.received, job.received + PIECE);
      try {
        const headers = { "Upload-Offset": job.received, "Upload-Checksum": hex(crc(bytes)), "Content-Type": "application/offset+octet-stream" };
        await adopt(job, await patiently(job, () => ask(job, "PATCH", address(job), { body: bytes, headers })));
      } catch (error) {
        await goOn(job, error);
      }
    }
  }

  // Another window was quicker with a piece, or gave the file up: look what is there now.
  async function goOn(job, error) {
    if (!(error instanceof Refused) || ![404, 409].includes(error.status) || ++job.turns > 1000) throw error;
    const there = error.status === 404 ? () => begin(job) : () => ask(job, "GET", address(job));
    try {
      await adopt(job, await patiently(job, there));
    } catch (again) {
      if (!(again instanceof Refused) || again.status !== 404) throw again;
      await adopt(job, await patiently(job, () => begin(job)));
    }
  }

  async function finish(job) {
    job.state = "finishing";
    show();
    const ending = say.upload.replace("/0/", `/${job.id}/finish/`);
    while (job.state === "finishing") {
      try {
        settle(job, await patiently(job, () => ask(job, "POST", ending, { timeout: FINISH_TIMEOUT })));
      } catch (error) {
        await goOn(job, error); // somebody emptied the folder, or gave it up: once more
        job.state = job.state === "finishing" && job.there !== "whole" ? "sending" : job.state;
        if (job.state === "sending") await send(job);
        job.state = job.state === "sending" ? "finishing" : job.state;
      }
    }
  }

  // Give up what is on the server, or put away what it tells of a finished file.
  async function forget(job) {
    if (job.id) await fetch(address(job), { method: "DELETE", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => {});
  }

  return { send, finish, forget };
}
