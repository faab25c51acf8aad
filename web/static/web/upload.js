// Sends files in pieces into a batch. Whatever interrupts it (network, server, reload, crash) costs a piece at most:
// the server says how much of a file is safe, and the same file dropped again goes on from there.
// Bytes go in parallel; files are taken in one by one, in the order of their names, which is the order of the paper.
import { Dropped, Refused, sending } from "./upload_sending.js";

const zone = document.getElementById("uploads");
if (zone) start(zone);

function start(zone) {
  const say = zone.dataset;
  const AT_ONCE = 3;
  const SHOWN_WAITING = 8;
  const NOT_PAPER = /^(\.|thumbs\.db$|desktop\.ini$)/i;

  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector(".sending");
  const sum = zone.querySelector(".sum");
  const whole = zone.querySelector(".whole");
  const stopAll = zone.querySelector(".stop-all");
  const pattern = zone.querySelector("template");
  const jobs = [];
  let senders = 0;
  let finishing = false;
  let done = 0;
  let total = 0;
  const { send, finish, forget } = sending(say, () => show(), settle);

  function settle(job, row) {
    job.id = row.id;
    job.said = row.said;
    job.state = row.state === "refused" ? "refused" : row.said ? "known" : "done";
    arrived();
  }

  function fail(job, error) {
    if (error instanceof Dropped) job.state = "dropped";
    else {
      job.state = "failed";
      job.said = error instanceof Refused ? error.message : say.odd;
      if (!(error instanceof Refused)) console.error(error);
    }
  }

  async function sender() {
    senders++;
    for (let job; (job = jobs.find((one) => one.state === "waiting")); ) {
      try {
        await send(job);
      } catch (error) {
        fail(job, error);
      }
      job.ready();
      finisher();
    }
    senders--;
    show();
  }

  async function finisher() {
    if (finishing) return;
    finishing = true;
    for (let job; (job = jobs.find((one) => !one.past)); ) {
      await job.sent;
      try {
        if (job.state === "sending") await finish(job);
      } catch (error) {
        fail(job, error);
      }
      job.past = true;
      if (job.state === "done" || job.state === "dropped") jobs.splice(jobs.indexOf(job), 1), (done += job.state === "done");
      show();
    }
    finishing = false;
  }

  function add(files) {
    const order = new Intl.Collator("vi", { numeric: true });
    const key = (file) => [file.name, file.size, file.lastModified].join("|");
    const known = new Set(jobs.filter((job) => !job.past).map((job) => key(job.file)));
    const taken = [...files].filter((file) => !NOT_PAPER.test(file.name) && !known.has(key(file)) && known.add(key(file)));
    taken.sort((a, b) => order.compare(a.folder || "", b.folder || "") || order.compare(a.name, b.name));
    for (const file of say.replaces ? taken.slice(0, 1) : taken) {
      const job = { file, state: "waiting", received: 0, checked: 0, sum: 0, turns: 0, said: "", id: 0, stop: new AbortController() };
      job.sent = new Promise((ready) => (job.ready = ready));
      jobs.push(job);
      total++;
    }
    while (senders < Math.min(AT_ONCE, jobs.filter((job) => job.state === "waiting").length + senders)) sender();
    show();
  }

  async function drop(job) {
    const finished = ["refused", "known", "failed"].includes(job.state);
    job.stop.abort();
    if (!finished) job.state = "dropped";
    else jobs.splice(jobs.indexOf(job), 1);
    if (job.past && jobs.includes(job)) jobs.splice(jobs.indexOf(job), 1);
    job.ready();
    finisher();
    show();
    await forget(job);
    if (job.id) arrived();
  }

  // What is on the page.
  let drawing = 0;
  const show = () => (drawing ||= requestAnimationFrame(draw));
  const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 2 ** 20) + " MB";
  const fill = (text, told) => text.replace(/\{(\w+)\}/g, (_, name) => told[name]);

  function line(job) {
    if (job.said) return job.said;
    if (job.state === "finishing") return say.looking;
    if (job.state === "waiting") return fill(say.waiting, { size: size(job.file.size) });
    return job.received === job.file.size ? say.turn : fill(say.far, { percent: Math.floor((100 * job.received) / job.file.size), size: size(job.file.size) });
  }

  function draw() {
    drawing = 0;
    let waiting = 0;
    const shown = jobs.filter((job) => job.state !== "dropped" && (job.state !== "waiting" || ++waiting <= SHOWN_WAITING));
    const gone = new Set([...list.children]);
    for (const job of shown) {
      job.row ||= makeRow(job);
      gone.delete(job.row);
      if (job.row.parentNode !== list) list.append(job.row);
      job.row.className = job.state + (job.said && job.state === "sending" ? " held" : "");
      const bar = job.row.querySelector("progress");
      bar.hidden = !["sending", "finishing"].includes(job.state);
      bar.max = job.file.size || 1;
      bar.value = job.received;
      write(job.row.querySelector(".line"), line(job));
      const button = job.row.querySelector("button");
      write(button, ["refused", "known", "failed"].includes(job.state) ? say.putAway : say.giveUp);
      button.setAttribute("aria-label", `${button.textContent} ${job.file.name}`);
    }
    gone.forEach((row) => row.remove());
    const open = jobs.filter((job) => ["waiting", "sending", "finishing"].includes(job.state));
    const bad = jobs.filter((job) => ["refused", "known", "failed"].includes(job.state)).length;
    if (!open.length && !finishing) total = done + bad;
    write(sum, total ? fill(say.sum, { done, total }) + (bad ? " " + fill(say.bad, { bad }) : "") : "");
    whole.hidden = !open.length;
    whole.max = total || 1;
    whole.value = total - open.length;
    stopAll.hidden = open.length < 2;
    zone.classList.toggle("busy", open.length > 0);
    hideOurs();
  }

  const write = (element, text) => element.textContent === text || (element.textContent = text);

  function makeRow(job) {
    const row = pattern.content.firstElementChild.cloneNode(true);
    row.querySelector(".file").textContent = job.file.name;
    row.querySelector("button").addEventListener("click", () => drop(job));
    return row;
  }

  // Files that the server tells of, but this window is or was at itself.
  const ours = new Set();
  function hideOurs() {
    for (const job of jobs) ours.add(String(job.id));
    for (const row of document.querySelectorAll("#left [data-upload]")) row.hidden = ours.has(row.dataset.upload);
    const left = document.getElementById("left");
    if (left) left.hidden = ![...left.querySelectorAll("[data-upload]")].some((row) => !row.hidden);
  }

  let telling = 0;
  function arrived() {
    telling ||= setTimeout(() => {
      telling = 0;
      htmx.trigger(document.body, "arrived");
    }, 800);
  }

  // Files and whole folders, dropped or chosen.
  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return add(transfer.files);
    const found = [];
    for (const entry of entries) await walk(entry, found);
    add(found);
  }

  async function walk(entry, found) {
    try {
      if (entry.isFile) {
        const file = await new Promise((yes, no) => entry.file(yes, no));
        file.folder = entry.fullPath.slice(0, -entry.name.length);
        found.push(file);
        return;
      }
      const reader = entry.createReader();
      for (let some; (some = await new Promise((yes, no) => reader.readEntries(yes, no))).length; )
        for (const one of some) await walk(one, found);
    } catch (error) {
      console.warn(`${entry.fullPath}: ${error}`);
    }
  }

  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || zone.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    dropped(event.dataTransfer);
  });
  const chosen = () => {
    add(input.files);
    input.value = "";
  };
  input.addEventListener("change", chosen);
  if (input.files.length) chosen(); // before this script was there
  stopAll.addEventListener("click", () => {
    if (!confirm(say.stopAll)) return;
    for (const job of jobs.filter((one) => ["waiting", "sending", "finishing"].includes(one.state))) drop(job);
  });
  window.addEventListener("beforeunload", (event) => zone.classList.contains("busy") && event.preventDefault());
  document.body.addEventListener("htmx:afterSwap", hideOurs);
}
